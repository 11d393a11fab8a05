import java.io.*;
import java.nio.file.*;
import java.util.*;
import java.util.regex.*;

/** Publishes a PDF through caducee serve and waits for it: java Client.java CADUCEE CONFIG LETTER.json LETTER.pdf */
public class Client {
    static BufferedReader answers;
    static Writer requests;

    /** Sends one request and returns the line of its answer; answers a question for a PIN meanwhile. */
    static String ask(int id, String verb, String params) throws IOException {
        requests.write("{\"id\":%d,\"verb\":\"%s\",\"params\":%s}\n".formatted(id, verb, params));
        requests.flush();
        for (String line; (line = answers.readLine()) != null; ) {
            Matcher question = Pattern.compile("\"line\":\"ask\",\"ask\":(\\d+)").matcher(line);
            if (question.find()) requests.append("{\"answer\":" + question.group(1) + ",\"value\":\"" + System.getenv("PIN") + "\"}\n").flush();
            if (line.contains("\"line\":\"event\"")) System.err.println(line);
            if (line.contains("\"error\":{")) throw new IOException(line);
            if (line.contains("\"line\":\"answer\",\"id\":" + id + ",")) return line;
        }
        throw new EOFException("caducee serve ended");
    }

    public static void main(String[] a) throws Exception {
        Process serve = new ProcessBuilder(a[0], "serve", "--config", a[1]).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        answers = serve.inputReader(); requests = serve.outputWriter();
        String pdf = Base64.getEncoder().encodeToString(Files.readAllBytes(Path.of(a[3])));
        String letter = Files.readString(Path.of(a[2])).replace("\"content\":\"\"", "\"content\":\"" + pdf + "\"");
        String key = letter.replaceAll("(?s).*\"local_id\":\"(LETTRE[^\"]*)\".*", "$1");
        ask(0, "events.follow", "{}");
        String published = ask(1, "documents.publish", "{\"document\":%s,\"audience\":[{\"kind\":\"dmp\"}],\"acting\":{\"kind\":\"doctor\",\"identifier\":\"Dr Roux\"},\"idempotency_key\":\"%s\"}".formatted(letter.strip(), key));
        String id = published.replaceAll(".*\"document_id\":\"([^\"]*)\".*", "$1");
        String settled = ask(2, "ticket.settled", "{\"document_id\":\"" + id + "\",\"timeout\":60}");
        System.out.println(settled.replaceAll(".*\"state\":\"([^\"]*)\".*\"sentence\":\"([^\"]*)\".*", "$1 $2"));
        requests.close();
    }
}
