/** What kind of file bytes are, told from the bytes alone, and the extensions that go with it. */
import { statSync } from 'node:fs';
import { extname } from 'node:path';
import { ShotlistError } from '../errors.ts';

/** Type of bytes that are none of ours; they are kept as `.bin`, so that nothing opens them by itself. */
export const unknownMediaType = 'application/octet-stream';

/** The only types that are taken for what they say; the first extension of each is the one we write. */
const extensions: Readonly<Record<string, readonly string[]>> = {
  'image/png': ['png'],
  'image/jpeg': ['jpg', 'jpeg'],
  'image/webp': ['webp'],
  'image/gif': ['gif'],
  'image/avif': ['avif'],
  'image/svg+xml': ['svg'],
  'video/mp4': ['mp4'],
  'video/webm': ['webm'],
  'video/quicktime': ['mov'],
};

const aliases: Readonly<Record<string, string>> = { 'image/apng': 'image/png', 'video/x-m4v': 'video/mp4' };
const svgHeadBytes = 64 * 1024;
const svgTailBytes = 1024;

/** The MIME type of the bytes, where it is one of the allow-list; never what somebody said. */
export async function sniffMediaType(bytes: Uint8Array): Promise<string | undefined> {
  if (looksLikeSvg(bytes)) return 'image/svg+xml';
  const { fileTypeFromBuffer } = await import('file-type');
  const found = await fileTypeFromBuffer(bytes).catch(() => undefined);
  return found === undefined ? undefined : allowed(found.mime);
}

/** The type by the name that we use, where it is one of the allow-list. */
export function allowed(detected: string): string | undefined {
  const mime = aliases[detected] ?? detected;
  return Object.hasOwn(extensions, mime) ? mime : undefined;
}

/** Extension without dot; `bin` for a type that is none of ours. */
export function extensionOf(mime: string): string {
  return extensions[mime]?.[0] ?? 'bin';
}

/** Whether a file of that extension (without dot) is expected to hold that type. */
export function extensionFits(extension: string, mime: string): boolean {
  return extensions[mime]?.includes(extension.toLowerCase()) ?? false;
}

/** MIME type of an `output_format`. */
export function mimeOfFormat(format: string): string {
  return mimeOfExtension(format) ?? unknownMediaType;
}

/**
 * The `output_format` that a file named by the person asks for; undefined for a folder and for a name without extension.
 * @throws ShotlistError `invalid_request` for an extension that nothing makes
 */
export function chosenFormat(path: string): string | undefined {
  if (/[\\/]$/.test(path) || statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return undefined;
  const extension = extname(path).slice(1).toLowerCase();
  const mime = mimeOfExtension(extension);
  if (mime !== undefined) return mime === 'image/svg+xml' ? 'svg' : mime.slice(mime.indexOf('/') + 1);
  if (/^[a-z]{2,5}$/.test(extension)) {
    throw new ShotlistError('invalid_request', `No file of type .${extension} can be made.`, {
      hint: `Name one that ends in ${Object.values(extensions)
        .map((each) => `.${each[0] ?? ''}`)
        .join(', ')}.`,
    });
  }
  return undefined;
}

/** `logo.jpeg` → `logo` and `jpeg`; a name with any other ending stays whole. */
export function splitMediaExtension(name: string): { readonly stem: string; readonly extension?: string } {
  const extension = extname(name).slice(1);
  if (mimeOfExtension(extension.toLowerCase()) === undefined) return { stem: name };
  return { stem: name.slice(0, -extension.length - 1), extension };
}

function mimeOfExtension(extension: string): string | undefined {
  return Object.entries(extensions).find(([, own]) => own.includes(extension))?.[0];
}

/** An XML text whose root element is `svg`, from first to last character. */
function looksLikeSvg(bytes: Uint8Array): boolean {
  const head = decodeUtf8(bytes.subarray(0, svgHeadBytes));
  if (head === undefined) return false;
  const root = head
    .replace(/^\u{feff}/u, '')
    .trimStart()
    .replace(/^<\?xml[^>]*\?>/, '')
    .replaceAll(/<!--[\s\S]*?-->/g, '')
    .trimStart()
    .replace(/^<!DOCTYPE\s+svg[^>[]*>/i, '')
    .trimStart();
  if (!/^<svg[\s/>]/.test(root)) return false;
  const tail = Buffer.from(bytes.subarray(-svgTailBytes)).toString('utf8').trimEnd();
  return tail.endsWith('</svg>') || /^<svg[^>]*\/>$/.test(root.trimEnd());
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    // `stream` forgives a character that is cut at the end
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return undefined;
  }
}
