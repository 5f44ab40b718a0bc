/** How servers hand over a file, well and badly. */
import type { Reply } from './http-server.ts';

export interface FileReplyOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Answers ranges where `If-Range` names the ETag of `headers`. */
  readonly ranges?: boolean;
  /** Breaks the connection after that many bytes of this answer. */
  readonly dropAfter?: number;
  /** Says nothing more after that many bytes. */
  readonly hangAfter?: number;
}

/** The whole file or, where asked for and meant, what is missing of it. */
export function file(bytes: Uint8Array, options: FileReplyOptions = {}): Reply {
  return (response, request) => {
    const { headers = {}, ranges = false, dropAfter, hangAfter } = options;
    const wanted = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
    const validator = headers['etag'] ?? headers['last-modified'];
    const isPart = ranges && wanted !== null && request.headers['if-range'] === validator;
    const from = isPart ? Number(wanted[1]) : 0;
    const part = bytes.subarray(from);
    response.writeHead(isPart ? 206 : 200, {
      'content-length': part.length,
      ...(isPart ? { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {}),
      ...headers,
    });
    const cut = dropAfter ?? hangAfter;
    if (cut === undefined) {
      response.end(part);
      return;
    }
    response.write(part.subarray(0, cut), () => {
      if (dropAfter !== undefined) setTimeout(() => response.destroy(), 10);
    });
  };
}
