/** Wires the pipeline of one workspace. */
import { listCatalog } from './catalog/live.ts';
import { chooseConnection, findConnection } from './connections/choose-connection.ts';
import { createGateways } from './jobs/gateway.ts';
import { planDrafts } from './jobs/plan.ts';
import { findOwnJob, listLeftJobs, listOwnJobs } from './jobs/list-jobs.ts';
import { createWorkshops } from './jobs/workshop.ts';
import { cancelJob } from './jobs/cancel-job.ts';
import { resumeJobs, retryJob, runPlan } from './jobs/run-plan.ts';
import { rebuildHistory } from './outputs/history.ts';
import type { Pipeline, PipelineOptions } from './pipeline.ts';

const checkTimeoutMs = 60_000;

/** Nothing is read, written or loaded before it is needed: planning leaves the workspace as it is. */
export async function createPipeline(options: PipelineOptions): Promise<Pipeline> {
  const { workspace, connections, credentials, environment } = options;
  const gateways = createGateways(options);
  const workshops = createWorkshops(options, gateways);

  const listRemote = async (connectionId: string | undefined) => {
    const id = connectionId ?? workspace.config.connection ?? options.defaults?.connection;
    const connection =
      connectionId === undefined ? await chooseConnection(id, options) : findConnection(connectionId, connections);
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
      }),
    run: (plan, runOptions = {}) => runPlan(plan, runOptions, workshops),
    listJobs: () => listOwnJobs(workshops),
    listLeftJobs: () => listLeftJobs(workshops),
    findJob: (id) => findOwnJob(id, workshops),
    resumeJobs: (id, runOptions = {}) => resumeJobs(id, runOptions, workshops),
    retryJob: (id, runOptions = {}) => retryJob(id, runOptions, workshops),
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
