/** What can be done with a job's clip at its provider besides making it: none of it is paid for. */
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { ShotlistError } from '../errors.ts';
import type { Asset, AssetFacts } from '../generation.ts';
import { assertContained, resolvePlace, type OutputPlace } from '../outputs/containment.ts';
import { describeBytes, describeClip } from '../outputs/describe.ts';
import { removeIfThere } from '../outputs/disk.ts';
import { recordAsset } from '../outputs/history.ts';
import { carriesProvenance } from '../outputs/inspect.ts';
import { extensionFits, extensionOf } from '../outputs/media-type.ts';
import { parseSidecar, portablePath, sidecarPath, sidecarText } from '../outputs/sidecar.ts';
import { placeOutput, temporaryPrefix } from '../outputs/write-asset.ts';
import type { Operation, VideoContent, VideoProvider, VideoVariant } from '../providers/provider.ts';
import { downloadClip } from '../downloads/download-clip.ts';
import { downloadImage, type DownloadContext } from '../downloads/download.ts';
import type { Gateway } from './gateway.ts';
import type { Job, Output } from './job.ts';
import { noSuchJob } from './list-jobs.ts';
import { operationOf } from './make-clip.ts';
import { readWithRetry } from './retry.ts';
import type { Workshop, Workshops } from './workshop.ts';

const removeTimeoutMs = 60_000;

/**
 * Fetches the clip of a job once more, or its thumbnail or spritesheet, into the job's folder or to `output`. It gets a
 * name of its own and a sidecar, like every asset.
 * @throws ShotlistError `not_found`, `invalid_request` (a job without a clip), `unsupported_parameter` (variant),
 * `download_failed`, `outside_workspace`, `write_failed`
 */
export async function fetchAgain(
  id: string,
  variant: VideoVariant,
  output: string | undefined,
  workshops: Workshops,
): Promise<Asset> {
  const found = await findAtProvider(id, workshops);
  const { job, operation, videos, gateway } = found;
  const { environment } = workshops.options;
  const stop = new AbortController();
  const forget = workshops.onClose(() => stop.abort(new ShotlistError('cancelled', 'Shotlist is closing.')));
  try {
    const context = { ...gateway.context(stop.signal), keyHeaders: gateway.keyHeaders };
    const place = await placeOf(job, output, workshops);
    const content = await readWithRetry(() => videos.content(operation, variant, context), {
      environment,
      signal: stop.signal,
    });
    const temporary = join(place.folder, `${temporaryPrefix(job.id)}${randomBytes(6).toString('hex')}.tmp`);
    try {
      const result = await receive(content, variant, temporary, found, context, workshops);
      return await keep(result, variant, temporary, place, found, workshops);
    } finally {
      await removeIfThere(temporary);
    }
  } finally {
    forget();
  }
}

/** Deletes a job's clip at its provider. @throws ShotlistError `not_found`, `unsupported_parameter`, `invalid_request` */
export async function removeAtProvider(id: string, workshops: Workshops): Promise<void> {
  const { job, operation, videos, gateway } = await findAtProvider(id, workshops);
  const { remove } = videos;
  if (remove === undefined) {
    throw new ShotlistError('unsupported_parameter', `"${gateway.connection.id}" can't delete clips.`, {
      hint: 'They go by themselves after a while.',
    });
  }
  if (job.state !== 'done' && job.state !== 'failed' && job.state !== 'cancelled') {
    throw new ShotlistError('invalid_request', `Job "${id}" is ${job.state}: its clip is still needed.`, {
      hint: 'Cancel the job first.',
    });
  }
  const context = gateway.context(AbortSignal.timeout(removeTimeoutMs));
  await readWithRetry(() => remove(operation, context), { environment: workshops.options.environment });
}

interface Found {
  readonly workshop: Workshop;
  readonly job: Job;
  readonly operation: Operation;
  readonly gateway: Gateway;
  readonly videos: VideoProvider;
}

async function findAtProvider(id: string, workshops: Workshops): Promise<Found> {
  const workshop = await workshops.openExisting();
  const job = (await workshop?.journal.find(id))?.job;
  if (workshop === undefined || job === undefined) throw noSuchJob(id);
  if (job.request.kind !== 'video' || job.operation === undefined) {
    throw new ShotlistError('invalid_request', `Job "${id}" has no clip at a provider.`);
  }
  const gateway = await workshop.gateways.open(job);
  const { videos } = gateway.provider;
  if (videos === undefined) throw new RangeError(`${gateway.model.id} makes no clips`);
  return { workshop, job, operation: operationOf(job), gateway, videos };
}

async function placeOf(job: Job, output: string | undefined, { options }: Workshops): Promise<OutputPlace> {
  const { folder, chosen } = job.target;
  const workspaceFolder = options.workspace.folder;
  const place =
    output === undefined
      ? { folder, chosen }
      : await resolvePlace({ workspaceFolder, outputFolder: '.', chosen: output });
  const check = async (): Promise<void> => {
    if (!place.chosen) await assertContained(workspaceFolder, place.folder);
  };
  await check();
  await mkdir(place.folder, { recursive: true }).catch((cause: unknown) => {
    throw new ShotlistError('write_failed', `The folder ${place.folder} can't be made.`, { cause });
  });
  await check();
  return place;
}

interface Result {
  readonly facts: AssetFacts;
  /** Whether it carries a C2PA manifest. */
  readonly c2pa: boolean;
}

/** Writes what was asked for into the temporary file. */
async function receive(
  content: VideoContent,
  variant: VideoVariant,
  temporary: string,
  { job, gateway }: Found,
  context: DownloadContext,
  { options: { environment }, disk }: Workshops,
): Promise<Result> {
  if (variant === 'video') {
    const file = await downloadClip(content, temporary, { ...context, environment, disk });
    const { facts } = describeClip(file, { request: job.request, mime: job.mime }, gateway.model);
    return { facts, c2pa: file.clip.c2pa };
  }
  const bytes = 'bytes' in content ? content.bytes : await downloadFrom(content.urls, context, environment);
  // a picture of the clip has a size of its own
  const request = { ...job.request, parameters: {} };
  const { facts } = await describeBytes(bytes, { request, mime: 'image/webp' });
  await disk.writeNew(temporary, bytes);
  return { facts, c2pa: carriesProvenance(bytes, facts.mime) };
}

/** The next address is tried where one doesn't have it. */
async function downloadFrom(
  urls: readonly string[],
  context: DownloadContext,
  environment: Workshops['options']['environment'],
): Promise<Uint8Array> {
  for (const [index, url] of urls.entries()) {
    try {
      return await readWithRetry(() => downloadImage(url, context), { environment, signal: context.signal });
    } catch (error) {
      const status = ShotlistError.from(error).provider?.status ?? 0;
      if (index === urls.length - 1 || ![404, 405, 501].includes(status)) throw error;
    }
  }
  throw new RangeError('content without an address');
}

async function keep(
  { facts, c2pa }: Result,
  variant: VideoVariant,
  temporaryPath: string,
  place: OutputPlace,
  { job, operation, workshop }: Found,
  { options, disk, names }: Workshops,
): Promise<Asset> {
  const workspaceFolder = options.workspace.folder;
  const clip = job.outputs[0];
  const own = clip === undefined ? job.target.stem : basename(clip.path, extname(clip.path));
  const stem = place.stem ?? (variant === 'video' ? own : `${own}-${variant}`);
  const { extension: wanted } = place;
  const extension = wanted !== undefined && extensionFits(wanted, facts.mime) ? wanted : extensionOf(facts.mime);
  const freePath = (): Promise<string> => names.next(place.folder, stem, extension);
  const output: Output = {
    path: await freePath(),
    temporaryPath,
    facts,
    sidecarText: sidecarText({
      workspaceFolder,
      facts,
      request: job.request,
      requestHash: job.requestHash,
      batch: job.batch,
      index: job.index,
      from: variant === 'video' || clip === undefined ? job.from : [clip.facts.sha256],
      provider: { operation, model: job.answer?.model },
      carriesProvenance: c2pa,
      createdAt: options.environment.clock.now(),
      tool: options.tool,
    }),
    placed: false,
  };
  const { path } = await placeOutput(output, {
    disk,
    checkFolder: async (folder) => {
      if (!place.chosen) await assertContained(workspaceFolder, folder);
    },
    moveOn: async (other) => ({ ...other, path: await freePath() }),
  });
  const sidecar = parseSidecar(output.sidecarText);
  if (sidecar !== undefined) {
    const asset = { path: portablePath(workspaceFolder, path), sidecar };
    await workshop.journal.database.write((connection) => recordAsset(connection, asset));
  }
  return { ...facts, path, sidecar: sidecarPath(path) };
}
