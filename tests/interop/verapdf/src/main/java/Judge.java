import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.logging.LogManager;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Holds each file of the command line against PDF/A-1b: "PASS file", or "FAIL file: clauses". */
public final class Judge {
    private Judge() {}

    public static void main(String[] files) throws Exception {
        LogManager.getLogManager().reset();
        VeraGreenfieldFoundryProvider.initialise();
        boolean all = files.length > 0;
        for (String file : files) {
            var broken = brokenClauses(Path.of(file));
            all &= broken.isEmpty();
            System.out.println(broken.isEmpty() ? "PASS " + file : "FAIL " + file + ": " + String.join("; ", broken));
        }
        System.exit(all ? 0 : 1);
    }

    private static TreeSet<String> brokenClauses(Path file) throws Exception {
        var broken = new TreeSet<String>();
        var foundry = Foundries.defaultInstance();
        try (var bytes = Files.newInputStream(file);
                var parser = foundry.createParser(bytes, PDFAFlavour.PDFA_1_B);
                var validator = foundry.createValidator(PDFAFlavour.PDFA_1_B, false)) {
            ValidationResult result = validator.validate(parser);
            for (TestAssertion assertion : result.getTestAssertions()) {
                if (assertion.getStatus() == TestAssertion.Status.FAILED) {
                    broken.add(assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber());
                }
            }
            if (broken.isEmpty() && !result.isCompliant()) {
                broken.add("refused without a clause");
            }
        }
        return broken;
    }
}
