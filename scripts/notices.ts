/** The licences of what is bundled: their terms ask that the text goes where the code goes. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const PACKAGE = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/;

/** What packages carry inside them under other terms than their own, as their own pages say. */
const CARRIED: Readonly<Record<string, string>> = {
  'h264-mp4-encoder':
    'It carries minih264 (public domain, https://github.com/lieff/minih264) and libmp4v2 (Mozilla Public License 1.1,\n' +
    'https://www.mozilla.org/MPL/1.1/; its source is at https://github.com/sergiomb2/libmp4v2).',
};

/** The text of one notices file for the packages that took part in a build (`inputs`: paths relative to `root`). */
export function noticesOf(root: string, inputs: readonly string[]): string {
  const folders = new Set<string>();
  for (const input of inputs) {
    const folder = PACKAGE.exec(input)?.[0];
    if (folder !== undefined) folders.add(folder);
  }
  const sections = [...folders]
    .toSorted((a, b) => a.localeCompare(b, 'en'))
    .map((folder) => {
      const manifest = readFileSync(join(root, folder, 'package.json'), 'utf8');
      const { license, name, version } = JSON.parse(manifest) as Record<'license' | 'name' | 'version', string>;
      const files = readdirSync(join(root, folder)).filter((file) =>
        /^(licen[cs]e|notice|copying)(\.|-|$)/i.test(file),
      );
      const texts = files.map((file) => readFileSync(join(root, folder, file), 'utf8').trim());
      const carried = CARRIED[name];
      return [`${name} ${version} (${license})`, ...(carried === undefined ? [] : [carried]), ...texts].join('\n\n');
    });
  return `Shotlist contains code of these packages.\n\n${sections.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}
