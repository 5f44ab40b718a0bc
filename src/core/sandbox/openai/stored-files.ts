/** Pictures that were handed over as links: `GET /sandbox/files/{id}` for an hour, as the links of dall-e models. */
import type { Clock, Random } from '../../environment.ts';
import type { Call, Route } from '../router.ts';

export interface StoredFiles {
  readonly route: Route;
  /** The link, at the origin and below the prefix of the request that made it. */
  store(call: Call, bytes: Uint8Array<ArrayBuffer>, mime: string, extension: string): string;
  /** A link that never worked. */
  deadLink(call: Call): string;
}

const lifetimeMs = 60 * 60 * 1000;
/** The oldest go first. */
const maxFiles = 200;

export function createStoredFiles(clock: Clock, random: Random): StoredFiles {
  const files = new Map<
    string,
    { readonly bytes: Uint8Array<ArrayBuffer>; readonly mime: string; readonly expiresAt: number }
  >();
  const link = ({ url }: Call, id: string): string => `${url.origin}/v1/sandbox/files/${id}`;
  const newId = (): string => Array.from({ length: 24 }, () => Math.floor(random() * 36).toString(36)).join('');
  return {
    route: {
      method: 'GET',
      path: '/sandbox/files/:id',
      async handle({ params }) {
        const file = files.get(params['id'] ?? '');
        if (file === undefined || file.expiresAt <= clock.now()) {
          return new Response('The link has expired.\n', { status: 403, headers: { 'content-type': 'text/plain' } });
        }
        return new Response(file.bytes, {
          headers: {
            'content-type': file.mime,
            'content-length': String(file.bytes.length),
            'x-content-type-options': 'nosniff',
          },
        });
      },
    },
    store(call, bytes, mime, extension) {
      const id = `${newId()}.${extension}`;
      files.set(id, { bytes, mime, expiresAt: clock.now() + lifetimeMs });
      for (const oldest of files.keys()) {
        if (files.size <= maxFiles) break;
        files.delete(oldest);
      }
      return link(call, id);
    },
    deadLink: (call) => link(call, 'gone.png'),
  };
}
