/** Finds who answers a request. */

export interface Call {
  readonly request: Request;
  /** The form that `request` would carry; to write it out and read it again would block this thread for a while. */
  readonly form?: FormData;
  readonly url: URL;
  /** Values of the path's `:name` parts, decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** Aborts when the caller goes away. */
  readonly signal: AbortSignal;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Path below the area's prefix, for example `/models/:model`. */
  readonly path: string;
  handle(call: Call): Promise<Response>;
}

/** One wire protocol: what it serves, and how it says that there is no such thing. */
export interface Area {
  /** What may stand before the paths, most specific first; `''` for none. */
  readonly prefixes: readonly string[];
  readonly routes: readonly Route[];
  /** Answers what is below a prefix and has no route; `otherMethod` where only the method is wrong. */
  refuse(call: Call, otherMethod: boolean): Promise<Response>;
}

/** The first area with the route answers; else the last area, which serves everything, refuses. */
export async function answerRequest(areas: readonly Area[], request: Request, form?: FormData): Promise<Response> {
  const url = new URL(request.url);
  const call: Call = { request, url, params: {}, signal: request.signal, ...(form === undefined ? {} : { form }) };
  let otherMethod = false;
  for (const area of areas) {
    for (const route of area.routes) {
      const params = matchPath(area.prefixes, route.path, url.pathname);
      if (params === undefined) continue;
      if (route.method === request.method) return route.handle({ ...call, params });
      otherMethod = true;
    }
  }
  return areas.at(-1)?.refuse(call, otherMethod) ?? new Response(null, { status: 404 });
}

function matchPath(prefixes: readonly string[], path: string, actual: string): Record<string, string> | undefined {
  for (const prefix of prefixes) {
    if (!actual.startsWith(prefix)) continue;
    const params = matchSegments(path.split('/'), actual.slice(prefix.length).replace(/\/$/, '').split('/'));
    if (params !== undefined) return params;
  }
  return undefined;
}

function matchSegments(pattern: readonly string[], actual: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== actual.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const segment = actual[index] ?? '';
    if (part.startsWith(':') && segment !== '') params[part.slice(1)] = decodeSegment(segment);
    else if (part !== segment) return undefined;
  }
  return params;
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
