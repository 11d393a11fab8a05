// A mail on stdin, read by libraries that know nothing of us: node read.mjs < mail.eml prints what they found, as JSON.
import fs from 'node:fs';
import crypto from 'node:crypto';
import PostalMime from 'postal-mime';
import { unzipSync } from 'fflate';

const sha1 = (bytes) => crypto.createHash('sha1').update(bytes).digest('hex');
const mail = await PostalMime.parse(fs.readFileSync(0), { attachmentEncoding: 'arraybuffer' });
const header = (name) => mail.headers.filter((one) => one.key === name).map((one) => one.value);
const attachments = mail.attachments.map((one) => ({
  name: one.filename,
  type: one.mimeType,
  size: one.content.byteLength,
  sha1: sha1(Buffer.from(one.content)),
  files: one.mimeType === 'application/zip'
    ? Object.fromEntries(Object.entries(unzipSync(new Uint8Array(one.content))).map(([name, bytes]) => [name, sha1(bytes)]))
    : {},
}));
console.log(JSON.stringify({
  from: [mail.from?.name, mail.from?.address],
  to: mail.to?.map((one) => [one.name, one.address]),
  subject: mail.subject,
  messageId: mail.messageId,
  text: mail.text,
  nil: header('x-mss-nil'),
  codes: header('x-mss-codecda'),
  ins: header('x-mss-ins'),
  attachments,
}));
