/** What the provider puts on the wire, for every model of the catalog, against the vendor's own schema, closed. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { openaiImageModels } from '../../src/core/catalog/openai-images.ts';
import type { FetchFunction } from '../../src/core/environment.ts';
import {
  allEvents,
  connectionAt,
  contextOf,
  imageCall,
  pixelBase64,
  type CallOptions,
} from '../support/openai-calls.ts';
import { fieldsOf } from '../support/form-fields.ts';
import { compileRequestSchemas, specification, wireSchemas } from '../support/openapi.ts';
import { parameterSets, streamForms } from '../support/parameter-sets.ts';

type Path = keyof typeof wireSchemas;

interface Sent {
  readonly path: Path;
  readonly multipart: boolean;
  readonly body: Record<string, unknown>;
}

/** One call through the real SDK, as the server would read it. */
async function sent(options: CallOptions): Promise<Sent> {
  const seen: Sent[] = [];
  const fetch: FetchFunction = async (input, init) => {
    const request = new Request(input, init);
    const multipart = request.headers.get('content-type')?.startsWith('multipart/') === true;
    const body = multipart ? fieldsOf(await request.formData()) : ((await request.json()) as Sent['body']);
    seen.push({ path: new URL(request.url).pathname as Path, multipart, body });
    return Response.json({ data: [{ b64_json: pixelBase64 }] });
  };
  await allEvents(imageCall(options), contextOf(connectionAt('https://example.com'), { fetch }));
  const [only, ...more] = seen;
  assert(only !== undefined && more.length === 0);
  return only;
}

describe('Request bodies of the OpenAI protocol', function () {
  this.timeout(60_000);
  if (!existsSync(specification)) {
    it(`skipped: the OpenAPI document is not there (${specification}; set SHOTLIST_OPENAPI)`, function () {
      this.skip();
    });
    return;
  }
  const validators = {
    json: compileRequestSchemas(wireSchemas, false),
    form: compileRequestSchemas(wireSchemas, true),
  };
  const problemsOf = ({ path, multipart, body }: Sent): readonly string[] => {
    const validate = (multipart ? validators.form : validators.json)[path];
    if (validate(structuredClone(body))) return [];
    return (validate.errors ?? []).map(
      (error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`,
    );
  };

  for (const model of openaiImageModels) {
    for (const operation of model.limits.operations) {
      it(`${model.id}, ${operation}: every parameter value is in the schema`, async () => {
        let bodies = 0;
        const roleSets: readonly CallOptions['roles'][] =
          operation === 'edit'
            ? [
                ['reference'],
                ['reference', 'mask'],
                ['reference', 'markup'],
                ...(model.limits.maxReferences > 1 ? [['reference', 'reference'] as const] : []),
              ]
            : [undefined];
        for (const parameters of parameterSets(model, operation)) {
          for (const stream of streamForms(model, parameters)) {
            for (const roles of roleSets) {
              const { takesResponseFormat } = model.limits;
              const body = await sent({
                model: model.id,
                operation,
                parameters,
                stream,
                takesResponseFormat,
                ...(roles && { roles }),
              });
              assert.deepEqual(problemsOf(body), [], JSON.stringify(body.body));
              assert.equal(body.multipart, operation !== 'generate');
              bodies++;
            }
          }
        }
        assert(bodies >= 3);
      });
    }
  }

  it('the check would notice what is not in the schema', async () => {
    const wrong: readonly CallOptions[] = [
      { parameters: { sise: 'auto' } },
      { parameters: { quality: 'ultra' } },
      { parameters: { n: 11 } },
      { parameters: { svg: { model: 'gpt-6.1-terra', colour: 'red' } } },
      { operation: 'edit', parameters: { moderation: 'low' } },
      { operation: 'edit', parameters: { n: 'many' } },
      { operation: 'edit', parameters: { svg: { modell: 'gpt-6.1-terra' } } },
      { operation: 'variation', parameters: { quality: 'low' } },
    ];
    for (const options of wrong) {
      assert.notDeepEqual(problemsOf(await sent(options)), [], JSON.stringify(options));
    }
  });
});
