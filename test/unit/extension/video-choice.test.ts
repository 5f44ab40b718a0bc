import assert from 'node:assert/strict';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { findModel, models } from '../../../src/core/catalog/catalog.ts';
import type { SourceRule, VideoModel } from '../../../src/core/catalog/model.ts';
import { withOwnConnections } from '../../../src/core/connections/connection.ts';
import type { VideoAction } from '../../../src/core/generation.ts';
import { planDrafts } from '../../../src/core/planning/plan.ts';
import type { Draft } from '../../../src/core/pipeline.ts';
import { settleChoice, type VideoChoice, type VideoTask } from '../../../src/extension/video/choice.ts';
import { ROOT } from '../../../scripts/paths.ts';

const clip = join(ROOT, 'test', 'fixtures', 'clips', '720x1280-4s.mp4');
const videoModels = models.flatMap((model) => (model.kind === 'video' ? [model] : []));

function modelOf(id: string): VideoModel {
  const model = findModel(id);
  assert.ok(model?.kind === 'video');
  return model;
}

/** Every choice that can be come to by changing one thing after the other. */
function* reachable(model: VideoModel, task: VideoTask): Generator<VideoChoice> {
  const { aspects, resolutions } = settleChoice(model, task, {}).options;
  for (const aspect of aspects.length === 0 ? [undefined] : aspects) {
    for (const resolution of resolutions.length === 0 ? [undefined] : resolutions) {
      const wished = {
        ...(aspect === undefined ? {} : { aspect }),
        ...(resolution === undefined ? {} : { resolution }),
      };
      const { lengths } = settleChoice(model, task, wished).options;
      for (const seconds of lengths) yield settleChoice(model, task, { ...wished, seconds }).choice;
      if (lengths.length === 0) yield settleChoice(model, task, wished).choice;
    }
  }
}

async function accepted(model: VideoModel, choice: VideoChoice, source?: Draft['source']): Promise<void> {
  const draft: Draft = {
    kind: 'video',
    prompt: 'A fox',
    connection: 'sandbox',
    model: model.id,
    ...choice,
    ...(source === undefined ? {} : { source }),
  };
  await planDrafts([draft], {
    workspace: { folder: tmpdir(), config: {} },
    connections: withOwnConnections([]),
    credentials: { find: () => Promise.resolve(undefined) },
    defaults: {},
    now: Date.parse('2026-11-22'),
    findJob: () => Promise.resolve(undefined),
  }).catch((error: unknown) => {
    throw new Error(`${model.id} ${JSON.stringify({ choice, source })}`, { cause: error });
  });
}

describe('what can be chosen for a video', () => {
  it('is taken by the planner, for every model, length, shape and resolution', async () => {
    let checked = 0;
    for (const model of videoModels) {
      for (const choice of reachable(model, { operation: 'generate' })) {
        await accepted(model, choice);
        checked += 1;
      }
    }
    assert.ok(checked > 200, `${checked} choices`);
  });

  it('is taken also where the clip comes from an earlier one', async () => {
    let checked = 0;
    for (const model of videoModels) {
      for (const [action, rule] of Object.entries(model.limits.sources) as [VideoAction, SourceRule][]) {
        const source = { action, clip: rule.forms.includes('id') ? 'video_123' : clip };
        for (const choice of reachable(model, { operation: action })) {
          await accepted(model, choice, source);
          checked += 1;
        }
      }
    }
    assert.ok(checked > 20, `${checked} choices`);
  }).timeout(30_000);

  it('begins with what is usual for the model', () => {
    const { choice } = settleChoice(modelOf('gemini-omni-1.1-flash'), { operation: 'generate' }, {});
    assert.deepEqual(choice, { seconds: 8, aspect: '16:9', resolution: '720p' });
  });

  it('keeps what was chosen as far as another model allows it', () => {
    const wished = { seconds: 10, aspect: '9:16', resolution: '4k' };
    const omni = settleChoice(modelOf('gemini-omni-1.1-flash'), { operation: 'generate' }, wished).choice;
    assert.deepEqual(omni, wished);
    const sora = settleChoice(modelOf('sora-2'), { operation: 'generate' }, wished).choice;
    assert.deepEqual(sora, { seconds: 8, aspect: '9:16', resolution: '720p' });
  });

  it('changes the length where the resolution allows only another one', () => {
    const veo = modelOf('veo-3.1-generate-001');
    assert.deepEqual(settleChoice(veo, { operation: 'generate' }, { seconds: 4 }).choice.seconds, 4);
    const { choice, options } = settleChoice(veo, { operation: 'generate' }, { seconds: 4, resolution: '1080p' });
    assert.equal(choice.seconds, 8);
    assert.deepEqual(options.lengths, [8]);
  });

  it('takes the shape of the picture that the clip begins with', () => {
    const task = { operation: 'animate', picture: { width: 900, height: 1600 } } as const;
    assert.equal(settleChoice(modelOf('gemini-omni-1.1-flash'), task, {}).choice.aspect, '9:16');
  });

  it('leaves only the exact size where the wire wants it', () => {
    const task = { operation: 'animate', picture: { width: 1280, height: 720 } } as const;
    const { options, choice } = settleChoice(modelOf('sora-2'), task, {});
    assert.deepEqual([options.aspects, choice.aspect], [['16:9'], '16:9']);
  });

  it('is nothing for a remix, and nothing for a model that nobody knows', () => {
    assert.deepEqual(settleChoice(modelOf('sora-2'), { operation: 'remix' }, { seconds: 8 }).choice, {});
  });
});
