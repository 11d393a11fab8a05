import java.io.ByteArrayInputStream;
import java.io.File;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import javax.xml.crypto.dsig.XMLSignatureFactory;
import javax.xml.crypto.dsig.dom.DOMValidateContext;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Says of each file whether its XML signature and each of its references are valid, by javax.xml.crypto. */
public final class Judge {
    private static final String DS = "http://www.w3.org/2000/09/xmldsig#";

    public static void main(String[] files) throws Exception {
        for (String file : files) {
            System.out.println(valid(new File(file)) ? "valid" : "invalid");
        }
    }

    private static boolean valid(File file) throws Exception {
        var builders = DocumentBuilderFactory.newInstance();
        builders.setNamespaceAware(true);
        Document document = builders.newDocumentBuilder().parse(file);
        NodeList all = document.getElementsByTagName("*");
        for (int i = 0; i < all.getLength(); i++) {
            Element element = (Element) all.item(i);
            if (element.hasAttribute("Id")) {
                element.setIdAttribute("Id", true);
            }
        }
        String text = document.getElementsByTagNameNS(DS, "X509Certificate").item(0).getTextContent();
        byte[] der = Base64.getMimeDecoder().decode(text.strip());
        var certificate = CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        var node = document.getElementsByTagNameNS(DS, "Signature").item(0);
        var context = new DOMValidateContext(certificate.getPublicKey(), node);
        // The DMP names the set itself by a reference in SHA-1, which the JDK would not even look at.
        context.setProperty("org.jcp.xml.dsig.secureValidation", Boolean.FALSE);
        return XMLSignatureFactory.getInstance("DOM").unmarshalXMLSignature(context).validate(context);
    }
}
