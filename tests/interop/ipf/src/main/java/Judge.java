import jakarta.xml.bind.JAXBContext;
import java.io.File;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import org.openehealth.ipf.commons.ihe.xds.XDS;
import org.openehealth.ipf.commons.ihe.xds.core.ebxml.ebxml30.EbXMLAdhocQueryRequest30;
import org.openehealth.ipf.commons.ihe.xds.core.ebxml.ebxml30.EbXMLFactory30;
import org.openehealth.ipf.commons.ihe.xds.core.ebxml.ebxml30.EbXMLNonconstructiveDocumentSetRequest30;
import org.openehealth.ipf.commons.ihe.xds.core.ebxml.ebxml30.EbXMLProvideAndRegisterDocumentSetRequest30;
import org.openehealth.ipf.commons.ihe.xds.core.ebxml.ebxml30.ProvideAndRegisterDocumentSetRequestType;
import org.openehealth.ipf.commons.ihe.xds.core.ebxml.ebxml30.RetrieveDocumentSetRequestType;
import org.openehealth.ipf.commons.ihe.xds.core.metadata.*;
import org.openehealth.ipf.commons.ihe.xds.core.responses.*;
import org.openehealth.ipf.commons.ihe.xds.core.stub.ebrs30.query.AdhocQueryRequest;
import org.openehealth.ipf.commons.ihe.xds.core.stub.ebrs30.query.AdhocQueryResponse;
import org.openehealth.ipf.commons.ihe.xds.core.transform.responses.QueryResponseTransformer;
import org.openehealth.ipf.commons.ihe.xds.core.validate.requests.AdhocQueryRequestValidator;
import org.openehealth.ipf.commons.ihe.xds.core.validate.requests.NonconstructiveDocumentSetRequestValidator;
import org.openehealth.ipf.commons.ihe.xds.core.validate.requests.ProvideAndRegisterDocumentSetRequestValidator;
import org.w3c.dom.Element;

/**
 * {@code judge FILE...} says what IPF makes of each request body; {@code write FOLDER} writes answers of IPF's own
 * making, for a reader to read.
 */
public class Judge {
    private static final XDS.Interactions[] KNOWN = {XDS.Interactions.ITI_41, XDS.Interactions.ITI_18, XDS.Interactions.ITI_43};
    private final JAXBContext context;

    private Judge() throws Exception {
        context = JAXBContext.newInstance(
            ProvideAndRegisterDocumentSetRequestType.class,
            AdhocQueryRequest.class,
            AdhocQueryResponse.class,
            RetrieveDocumentSetRequestType.class);
    }

    public static void main(String[] args) throws Exception {
        var judge = new Judge();
        if (args[0].equals("write")) {
            judge.write(new File(args[1]));
            return;
        }
        boolean all = true;
        for (int i = 1; i < args.length; i++) {
            String verdict = judge.verdict(new File(args[i]));
            System.out.println(verdict + " " + args[i]);
            all &= verdict.startsWith("ACCEPTED");
        }
        System.exit(all ? 0 : 1);
    }

    private String verdict(File file) {
        try {
            var builders = DocumentBuilderFactory.newInstance();
            builders.setNamespaceAware(true);
            builders.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            Element body = builders.newDocumentBuilder().parse(file).getDocumentElement();
            schema(body.getLocalName()).newValidator().validate(new DOMSource(body));
            rules(body);
            return "ACCEPTED";
        } catch (Exception refused) {
            return "REFUSED (" + refused.getMessage() + ")";
        }
    }

    /** Updates (ITI-57) are judged by the schema alone: IPF has no validator for them that knows the French states. */
    private void rules(Element body) throws Exception {
        var reader = context.createUnmarshaller();
        switch (body.getLocalName()) {
            case "ProvideAndRegisterDocumentSetRequest" ->
                ProvideAndRegisterDocumentSetRequestValidator.getInstance().validate(
                    new EbXMLProvideAndRegisterDocumentSetRequest30(
                        reader.unmarshal(body, ProvideAndRegisterDocumentSetRequestType.class).getValue()), KNOWN[0]);
            case "AdhocQueryRequest" ->
                AdhocQueryRequestValidator.getInstance().validate(
                    new EbXMLAdhocQueryRequest30(reader.unmarshal(body, AdhocQueryRequest.class).getValue()), KNOWN[1]);
            case "RetrieveDocumentSetRequest" ->
                NonconstructiveDocumentSetRequestValidator.getInstance().validate(
                    new EbXMLNonconstructiveDocumentSetRequest30<>(
                        reader.unmarshal(body, RetrieveDocumentSetRequestType.class).getValue()), KNOWN[2]);
            case "SubmitObjectsRequest" -> { }
            default -> throw new IllegalArgumentException("no validator for " + body.getLocalName());
        }
    }

    private static Schema schema(String root) throws Exception {
        var schemas = SchemaFactory.newInstance("http://www.w3.org/2001/XMLSchema");
        // Two files of one namespace are imported: the first must not hide the second.
        schemas.setFeature("http://apache.org/xml/features/honour-all-schemaLocations", true);
        String path = switch (root) {
            case "SubmitObjectsRequest" -> "/wsdl/schema/ebRS30/lcm.xsd";
            case "AdhocQueryRequest" -> "/wsdl/schema/ebRS30/query.xsd";
            default -> "/wsdl/schema/IHE/IHEXDSB.xsd";
        };
        return schemas.newSchema(Judge.class.getResource(path));
    }

    private void write(File folder) throws Exception {
        var found = new QueryResponse(Status.SUCCESS);
        found.setDocumentEntries(List.of(entry()));
        found.setSubmissionSets(List.of(set()));
        var member = new Association(AssociationType.HAS_MEMBER, "urn:uuid:0a0a0a0a-0000-4000-8000-000000000003",
            "urn:uuid:0a0a0a0a-0000-4000-8000-000000000002", "urn:uuid:0a0a0a0a-0000-4000-8000-000000000001");
        member.setLabel(AssociationLabel.ORIGINAL);
        found.setAssociations(List.of(member));
        write(found, new File(folder, "found.xml"));
        var refused = new QueryResponse(Status.FAILURE);
        refused.setErrors(List.of(new ErrorInfo(ErrorCode.TOO_MANY_RESULTS, "trop", Severity.ERROR, "ici", null)));
        write(refused, new File(folder, "refused.xml"));
        var references = new QueryResponse(Status.SUCCESS);
        references.setReferences(List.of(new ObjectReference("urn:uuid:0a0a0a0a-0000-4000-8000-000000000001")));
        write(references, new File(folder, "references.xml"));
    }

    private void write(QueryResponse response, File file) throws Exception {
        AdhocQueryResponse made = new QueryResponseTransformer(new EbXMLFactory30()).toEbXML(response).getInternal();
        context.createMarshaller().marshal(made, file);
    }

    private static DocumentEntry entry() {
        var entry = new DocumentEntry();
        entry.setEntryUuid("urn:uuid:0a0a0a0a-0000-4000-8000-000000000001");
        entry.setLogicalUuid("urn:uuid:0a0a0a0a-0000-4000-8000-000000000009");
        entry.setVersion(new Version("3"));
        entry.setUniqueId("1.2.250.1.999.1.5");
        entry.setAvailabilityStatus(AvailabilityStatus.APPROVED);
        entry.setMimeType("text/xml");
        entry.setType(DocumentEntryType.STABLE);
        entry.setTitle(text("Élève & fils"));
        entry.setPatientId(Identifiable.parse("275036399900105^^^&1.2.250.1.213.1.4.10&ISO"));
        entry.setCreationTime("20261125083000");
        entry.setServiceStartTime("202611250800");
        entry.setHash("da39a3ee5e6b4b0d3255bfef95601890afd80709");
        entry.setSize(12L);
        entry.setLanguageCode("fr-FR");
        entry.setRepositoryUniqueId("1.2.250.1.213.4.1.1.1.2");
        entry.setClassCode(code("10", "1.2.250.1.213.1.1.4.1", "Compte rendu"));
        entry.setTypeCode(code("11488-4", "2.16.840.1.113883.6.1", "CR"));
        entry.setFormatCode(code("urn:ihe:iti:xds-sd:pdf:2008", "1.3.6.1.4.1.19376.1.2.3", "PDF"));
        entry.getConfidentialityCodes().add(code("N", "2.16.840.1.113883.5.25", "Normal"));
        entry.getConfidentialityCodes().add(code("MASQUE_PS", "1.2.250.1.213.1.1.4.13", "Masqué"));
        entry.getAuthors().add(author());
        return entry;
    }

    private static SubmissionSet set() {
        var set = new SubmissionSet();
        set.setEntryUuid("urn:uuid:0a0a0a0a-0000-4000-8000-000000000002");
        set.setUniqueId("1.2.250.1.999.1.6");
        set.setSourceId("1.2.250.1.999.1.1");
        set.setAvailabilityStatus(AvailabilityStatus.APPROVED);
        set.setSubmissionTime("20261125083100");
        set.setPatientId(Identifiable.parse("275036399900105^^^&1.2.250.1.213.1.4.10&ISO"));
        set.setContentTypeCode(code("07", "1.2.250.1.213.2.2", "Consultation"));
        set.setAuthor(author());
        return set;
    }

    private static Author author() {
        var author = new Author();
        author.setAuthorPerson(Person.parse("899700000017^ROUX^Camille^^^^^^&1.2.250.1.71.4.2.1&ISO"));
        return author;
    }

    private static Code code(String code, String scheme, String label) {
        return new Code(code, text(label), scheme);
    }

    private static LocalizedString text(String value) {
        return new LocalizedString(value, "fr-FR", "UTF-8");
    }
}
