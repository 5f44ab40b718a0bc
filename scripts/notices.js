// The licences of what is bundled: their terms ask that the text goes where the code goes.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const PACKAGE = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/;

/** The text of one notices file for the packages that took part in a build (`inputs`: paths relative to `root`). */
export function noticesOf(root, inputs) {
  const folders = new Set();
  for (const input of inputs) {
    const folder = PACKAGE.exec(input)?.[0];
    if (folder !== undefined) folders.add(folder);
  }
  const sections = [...folders].toSorted().map((folder) => {
    const { license, name, version } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const files = readdirSync(join(root, folder)).filter((file) => /^(licen[cs]e|notice|copying)(\.|-|$)/i.test(file));
    const texts = files.filter((file) => existsSync(join(root, folder, file))).map((file) => readFileSync(join(root, folder, file), 'utf8').trim());
    return [`${name} ${version} (${license})`, ...texts].join('\n\n');
  });
  return `Shotlist contains code of these packages.\n\n${sections.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}
