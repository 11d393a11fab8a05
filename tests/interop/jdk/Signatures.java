import java.io.ByteArrayInputStream;
import java.io.File;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import javax.xml.crypto.dsig.XMLSignatureFactory;
import javax.xml.crypto.dsig.dom.DOMValidateContext;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;

/** Says of each file whether its signature is "valid" or "invalid": value, and every reference of SignedInfo. */
public final class Signatures {
    private static final String DS = "http://www.w3.org/2000/09/xmldsig#";

    private Signatures() {}

    public static void main(String[] files) throws Exception {
        for (String file : files) {
            System.out.println(isValid(new File(file)) ? "valid" : "invalid");
        }
    }

    private static boolean isValid(File file) throws Exception {
        var builders = DocumentBuilderFactory.newInstance();
        builders.setNamespaceAware(true);
        var document = builders.newDocumentBuilder().parse(file);
        var elements = document.getElementsByTagName("*");
        for (int i = 0; i < elements.getLength(); i++) {
            for (String name : new String[] {"Id", "ID"}) {
                if (((Element) elements.item(i)).hasAttribute(name)) {
                    ((Element) elements.item(i)).setIdAttribute(name, true);
                }
            }
        }
        var printed = document.getElementsByTagNameNS(DS, "X509Certificate").item(0).getTextContent();
        var der = new ByteArrayInputStream(Base64.getMimeDecoder().decode(printed.strip()));
        var key = CertificateFactory.getInstance("X.509").generateCertificate(der).getPublicKey();
        var context = new DOMValidateContext(key, document.getElementsByTagNameNS(DS, "Signature").item(0));
        // The set signature of the DMP is in SHA-1, at which the JDK does not look by default.
        context.setProperty("org.jcp.xml.dsig.secureValidation", Boolean.FALSE);
        return XMLSignatureFactory.getInstance("DOM").unmarshalXMLSignature(context).validate(context);
    }
}
