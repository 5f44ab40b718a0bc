/** A plan as text and as the document of `--dry-run`. */
import { join } from 'node:path';
import { formatUsd } from '../core/catalog/price.ts';
import type { InputRole, Plan } from '../core/generation.ts';
import { sizeOfPlan } from '../core/planning/plan-size.ts';
import { extensionOf } from '../core/outputs/media-type.ts';
import type { Output } from './output.ts';
import { nounOf } from './words.ts';

export function planDocument(plan: Pick<Plan, 'jobs'>, warnings: readonly string[]): object {
  const paths = outputPaths(plan);
  return {
    ok: true,
    plan: {
      jobs: plan.jobs.map((job, index) => ({
        kind: job.request.kind,
        connection: job.request.connection,
        model: job.request.model,
        prompt: job.request.prompt,
        parameters: job.request.parameters,
        output: paths[index],
        ...(job.estimate === undefined ? {} : { estimate: job.estimate }),
      })),
    },
    warnings,
  };
}

export function printPlan(plan: Pick<Plan, 'jobs'>, output: Output): void {
  const paths = outputPaths(plan);
  for (const [index, job] of plan.jobs.entries()) {
    const { request } = job;
    const parameters = Object.entries(request.parameters).map(
      ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
    );
    output.print(
      `${request.model} at ${request.connection}${parameters.length === 0 ? '' : `, ${parameters.join(', ')}`}`,
    );
    output.print(fact('prompt', request.prompt === '' ? '(none: a variation)' : request.prompt));
    if (request.source?.id !== undefined) output.print(fact(request.source.action, request.source.id));
    for (const input of request.inputs) {
      output.print(fact(input.role === 'video' ? (request.source?.action ?? 'video') : wordOf(input.role), input.path));
    }
    output.print(fact('output', `${paths[index]}${job.count > 1 ? ` and ${job.count - 1} more` : ''}`));
    output.print(fact('price', job.estimate === undefined ? 'unknown' : priceText(job.estimate)));
  }
  const size = sizeOfPlan(plan);
  if (plan.jobs.length > 1) {
    const noun = nounOf(plan.jobs.map(({ request }) => request.kind));
    output.print(
      `${size.images} ${noun}s in ${plan.jobs.length} requests, ${size.unpriced ? 'price unknown' : priceText(size)}`,
    );
  }
  output.note('Nothing was sent.');
}

const factColumn = 13;

function fact(name: string, value: string): string {
  return `  ${name.padEnd(factColumn - 2)}${value.replaceAll('\n', `\n${' '.repeat(factColumn)}`)}`;
}

function wordOf(role: InputRole): string {
  return role.replace('_', ' ');
}

function priceText({ usd, upperUsd }: { usd: number; upperUsd: number }): string {
  const about = `about ${formatUsd(usd)}`;
  return upperUsd > usd ? `${about}, at most ${formatUsd(upperUsd)}` : about;
}

/** Where the first file of each job will be, unless the name is taken by then; several with one name are numbered. */
function outputPaths(plan: Pick<Plan, 'jobs'>): string[] {
  const taken = new Map<string, number>();
  return plan.jobs.map(({ target, mime, count }) => {
    const base = join(target.folder, target.stem);
    const before = taken.get(base) ?? 0;
    taken.set(base, before + count);
    return `${base}${before === 0 ? '' : `-${before + 1}`}.${target.extension ?? extensionOf(mime)}`;
  });
}
