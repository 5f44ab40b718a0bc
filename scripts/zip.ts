import { readFileSync } from 'node:fs';

const END_OF_CENTRAL_DIRECTORY = 0x06_05_4b_50;
const CENTRAL_ENTRY_BYTES = 46;

/** The paths in a ZIP archive without a comment, with their unpacked sizes in bytes. */
export function zipEntries(path: string): Map<string, number> {
  const zip = readFileSync(path);
  const end = zip.length - 22;
  if (zip.readUInt32LE(end) !== END_OF_CENTRAL_DIRECTORY)
    throw new Error(`${path} is no ZIP archive of the kind that is made here`);
  const entries = new Map<string, number>();
  let at = zip.readUInt32LE(end + 16);
  for (let count = zip.readUInt16LE(end + 10); count > 0; count--) {
    const nameEnd = at + CENTRAL_ENTRY_BYTES + zip.readUInt16LE(at + 28);
    entries.set(zip.toString('utf8', at + CENTRAL_ENTRY_BYTES, nameEnd), zip.readUInt32LE(at + 24));
    at = nameEnd + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return entries;
}
