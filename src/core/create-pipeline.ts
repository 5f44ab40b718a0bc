/** Wires the pipeline of one workspace. */
import { listCatalog } from './catalog/live.ts';
import { chooseConnection } from './connections/choose-connection.ts';
import { createGateways } from './jobs/gateway.ts';
import { planDrafts } from './planning/plan.ts';
import { findOwnJob, listLeftJobs, listOwnJobs } from './jobs/list-jobs.ts';
import { createWorkshops } from './jobs/workshop.ts';
import { cancelJob } from './jobs/cancel-job.ts';
import { fetchAgain, removeAtProvider } from './jobs/at-provider.ts';
import { findSame } from './jobs/find-same.ts';
import { keepJobs } from './jobs/keep-jobs.ts';
import { resumeJobs } from './jobs/resume-jobs.ts';
import { retryJob, runPlan } from './jobs/run-plan.ts';
import { watchJobs } from './jobs/watch-jobs.ts';
import { rebuildHistory } from './outputs/history.ts';
import type { Pipeline, PipelineOptions } from './pipeline.ts';

const checkTimeoutMs = 60_000;

/** Nothing is read, written or loaded before it is needed: planning leaves the workspace as it is. */
export async function createPipeline(options: PipelineOptions): Promise<Pipeline> {
  const { workspace, connections, credentials, environment } = options;
  const gateways = createGateways(options);
  const workshops = createWorkshops(options, gateways);

  const listRemote = async (connectionId: string | undefined) => {
    const usual = workspace.config.connection ?? options.defaults?.connection;
    const connection = await chooseConnection({ named: connectionId, usual }, options);
    const protocol = connection.protocols[0] ?? 'openai';
    const { provider, context } = await gateways.call(connection, protocol, AbortSignal.timeout(checkTimeoutMs));
    return { connection, remote: await provider.listModels(context) };
  };

  return {
    workspace,
    plan: (drafts) =>
      planDrafts(drafts, {
        workspace,
        connections,
        credentials,
        defaults: options.defaults ?? {},
        now: environment.clock.now(),
        findJob: async (id) => (await (await workshops.openExisting())?.journal.find(id))?.job,
      }),
    findSame: (plan) => findSame(plan, workshops),
    run: (plan, runOptions = {}) => runPlan(plan, runOptions, workshops),
    listJobs: () => listOwnJobs(workshops),
    listLeftJobs: () => listLeftJobs(workshops),
    findJob: (id) => findOwnJob(id, workshops),
    resumeJobs: (id, runOptions = {}) => resumeJobs(id, runOptions, workshops),
    retryJob: (id, runOptions = {}) => retryJob(id, runOptions, workshops),
    keepJobs: (runOptions = {}) => keepJobs(runOptions, workshops),
    watchJobs: (onChange) => watchJobs(onChange, workshops),
    fetchAgain: (id, variant, output) => fetchAgain(id, variant, output, workshops),
    removeAtProvider: (id) => removeAtProvider(id, workshops),
    cancelJob: (id) => cancelJob(id, workshops),
    async rebuildHistory() {
      const { journal } = await workshops.open();
      return rebuildHistory(journal.database, workspace.folder);
    },
    async checkConnection(id) {
      const { connection, remote } = await listRemote(id);
      return { connection, models: remote.length };
    },
    async listModels({ kind, live = false, connection }) {
      const remote = live ? (await listRemote(connection)).remote : undefined;
      return listCatalog(kind, environment.clock.now(), remote);
    },
    dispose: () => workshops.close(),
  };
}
