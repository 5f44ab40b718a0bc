/**
 * Keeps secrets out of everything a person or a tool may pass on: logs, error messages, diagnostics.
 */

export interface Redactor {
  /** Makes a secret known. Values too short to be a key (below 8 characters) are left out: they would garble every text. */
  add(secret: string | undefined): void;
  /** The text with every known secret, in whatever encoding, and everything shaped like a key replaced by `[redacted]`. */
  redact(text: string): string;
}

const redacted = '[redacted]';
const minimumSecretLength = 8;

/** Shapes of keys that nobody told us about. The part before the secret, where there is one, is group 1 and is kept. */
const keyShapes: readonly RegExp[] = [
  /(\bbearer\s+)[\w.~+/=*-]{8,}/gi,
  /((?:api[-_]?key|authorization|access[-_]?token|client[-_]?secret|sig|signature)["']?\s*[:=]\s*["']?)(?!\s|bearer\b|\[redacted\])[^\s"',;&<>]{8,}/gi,
  /([a-z][a-z0-9+.-]*:\/\/)[^\s/@:"']+:[^\s/@"']+(?=@)/gi,
  /()\bsk-[\w*-]{8,}/g,
  /()\bAIza[\w-]{20,}/g,
  /()\bya29\.[\w.-]{20,}/g,
];

export function createRedactor(secrets: readonly (string | undefined)[] = []): Redactor {
  const forms = new Set<string>();
  let longestFirst: readonly string[] = [];

  const add = (secret: string | undefined): void => {
    if (secret === undefined || secret.length < minimumSecretLength) return;
    for (const form of formsOf(secret)) forms.add(form);
    // a secret that holds another one must go first, or its rest would stay
    longestFirst = [...forms].toSorted((a, b) => b.length - a.length);
  };
  for (const secret of secrets) add(secret);

  return {
    add,
    redact(text) {
      let result = text;
      for (const form of longestFirst) result = result.replaceAll(form, redacted);
      for (const shape of keyShapes) result = result.replace(shape, `$1${redacted}`);
      return result;
    },
  };
}

/** The secret as it may appear: plain, escaped for JSON, URLs and HTML, in base64 at each of the three alignments. */
function formsOf(secret: string): string[] {
  const encoded = encodeURIComponent(secret.toWellFormed());
  const candidates = [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encoded,
    encoded.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase()),
    new URLSearchParams([['', secret]]).toString().slice(1),
    secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
    ...base64Forms(secret),
  ];
  return candidates.filter((form) => form.length >= minimumSecretLength);
}

/** Base64 spells a text in three ways, depending on how many bytes stand before it; the edges mix with the neighbours. */
function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret, 'utf8');
  return [0, 1, 2].flatMap((offset) => {
    const padded = Buffer.concat([Buffer.alloc(offset), bytes]);
    const whole = padded.subarray(0, Math.floor(padded.length / 3) * 3);
    const pure = whole.toString('base64').slice(Math.ceil((offset * 4) / 3));
    return [pure, pure.replaceAll('+', '-').replaceAll('/', '_')];
  });
}
