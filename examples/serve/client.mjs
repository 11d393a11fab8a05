// Publishes a PDF through `caducee serve` and waits for it: node client.mjs CADUCEE CONFIG LETTER.json LETTER.pdf
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const [caducee, config, letter, pdf] = process.argv.slice(2);
const serve = spawn(caducee, ["serve", "--config", config], { stdio: ["pipe", "pipe", "inherit"] });
const waiting = new Map();
let next = 1;
const send = (line) => serve.stdin.write(JSON.stringify(line) + "\n");
const ask = (verb, params) =>
  new Promise((resolve, reject) => {
    waiting.set(next, { resolve, reject });
    send({ id: next++, verb, params });
  });

createInterface({ input: serve.stdout }).on("line", (text) => {
  const line = JSON.parse(text);
  if (line.line === "ask") send({ answer: line.ask, value: process.env.PIN ?? null });
  if (line.line === "event") console.error("event", line.event.kind, line.event.state);
  if (line.line !== "answer") return;
  const { resolve, reject } = waiting.get(line.id);
  line.error ? reject(new Error(`${line.error.code}: ${line.error.sentence}`)) : resolve(line.result);
});

const document = JSON.parse(readFileSync(letter, "utf8"));
document.body.content = readFileSync(pdf).toString("base64");
await ask("events.follow", { after: 0 });
const acting = { kind: "doctor", identifier: "Dr Roux" };
const published = { document, audience: [{ kind: "dmp" }], acting, idempotency_key: document.local_id };
const { document_id } = await ask("documents.publish", published);
const { deliveries } = await ask("ticket.settled", { document_id, timeout: 60 });
for (const { row, explanation } of deliveries) console.log(row.state, explanation.sentence);
serve.stdin.end();
