import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.crypto.OctetStreamData;
import javax.xml.crypto.URIDereferencer;
import javax.xml.crypto.dsig.CanonicalizationMethod;
import javax.xml.crypto.dsig.DigestMethod;
import javax.xml.crypto.dsig.Reference;
import javax.xml.crypto.dsig.XMLSignatureFactory;
import javax.xml.crypto.dsig.dom.DOMSignContext;
import javax.xml.crypto.dsig.spec.C14NMethodParameterSpec;
import javax.xml.crypto.dsig.spec.TransformParameterSpec;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;

/**
 * Signs sets of ready-made documents by javax.xml.crypto: what a vendor of Java software does after its own document
 * writer, which is given to it here for nothing. On "run SECONDS" it answers how many it made and in how much CPU time.
 */
public final class Jdk {
    private static final String C14N = CanonicalizationMethod.INCLUSIVE_WITH_COMMENTS;
    private final XMLSignatureFactory factory = XMLSignatureFactory.getInstance("DOM");
    private final DocumentBuilderFactory builders = DocumentBuilderFactory.newInstance();
    private final Map<String, byte[]> documents = new TreeMap<>();
    private final PrivateKey key;
    private final X509Certificate certificate;
    private final byte[] metadata;

    private Jdk(Path folder) throws Exception {
        builders.setNamespaceAware(true);
        var encoded = new PKCS8EncodedKeySpec(Files.readAllBytes(folder.resolve("key.der")));
        key = KeyFactory.getInstance("RSA").generatePrivate(encoded);
        var der = new ByteArrayInputStream(Files.readAllBytes(folder.resolve("certificate.der")));
        certificate = (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(der);
        metadata = Files.readAllBytes(folder.resolve("metadata.xml"));
        for (String name : Files.readAllLines(folder.resolve("documents.txt"))) {
            documents.put("urn:oid:" + name, Files.readAllBytes(folder.resolve(name)));
        }
    }

    public static void main(String[] arguments) throws Exception {
        var folder = Path.of(arguments[0]);
        var jdk = new Jdk(folder);
        Files.write(folder.resolve("submission.bin"), jdk.submit());
        System.out.println("ready");
        var lines = new java.io.BufferedReader(new java.io.InputStreamReader(System.in));
        var threads = ManagementFactory.getThreadMXBean();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            long wanted = (long) (Double.parseDouble(line.split(" ")[1]) * 1e9);
            long begun = threads.getCurrentThreadCpuTime();
            long made = 0;
            while (threads.getCurrentThreadCpuTime() - begun < wanted) {
                jdk.submit();
                made++;
            }
            System.out.println(made + " " + (threads.getCurrentThreadCpuTime() - begun) / 1e9);
        }
    }

    private byte[] submit() throws Exception {
        var sha256 = factory.newDigestMethod(DigestMethod.SHA256, null);
        var canonical = List.of(factory.newTransform(C14N, (TransformParameterSpec) null));
        List<Reference> references = new ArrayList<>();
        for (String uri : documents.keySet()) {
            references.add(factory.newReference(uri, sha256, canonical, null, null));
        }
        var manifest = factory.newManifest(references, "IHEManifest");
        var object = factory.newXMLObject(List.of(manifest), null, null, null);
        var reference = factory.newReference(
            "#IHEManifest", sha256, null, "http://www.w3.org/2000/09/xmldsig#Manifest", null);
        var info = factory.newSignedInfo(
            factory.newCanonicalizationMethod(CanonicalizationMethod.INCLUSIVE, (C14NMethodParameterSpec) null),
            factory.newSignatureMethod("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", null),
            List.of(reference));
        var keys = factory.getKeyInfoFactory();
        var keyInfo = keys.newKeyInfo(List.of(keys.newX509Data(List.of(certificate))));
        var target = builders.newDocumentBuilder().newDocument();
        var context = new DOMSignContext(key, target);
        URIDereferencer inside = factory.getURIDereferencer();
        context.setURIDereferencer((uri, where) -> {
            byte[] content = documents.get(uri.getURI());
            return content == null ? inside.dereference(uri, where) : new OctetStreamData(new ByteArrayInputStream(content));
        });
        factory.newXMLSignature(info, keyInfo, List.of(object), "Sig01", null).sign(context);
        var signature = new ByteArrayOutputStream();
        var writer = TransformerFactory.newInstance().newTransformer();
        writer.setOutputProperty("omit-xml-declaration", "yes");
        writer.transform(new DOMSource(target), new StreamResult(signature));
        return packaged(signature.toByteArray());
    }

    private byte[] packaged(byte[] signature) throws Exception {
        var out = new ByteArrayOutputStream();
        var sha1 = MessageDigest.getInstance("SHA-1");
        part(out, "application/xop+xml", metadata);
        for (byte[] document : documents.values()) {
            sha1.digest(document);
            out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
            part(out, "text/xml", document);
        }
        out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
        part(out, "text/xml", signature);
        out.write("\r\n--mesure--\r\n".getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }

    private static void part(ByteArrayOutputStream out, String type, byte[] content) throws Exception {
        out.write(("--mesure\r\nContent-Type: " + type + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        out.write(content);
    }
}
