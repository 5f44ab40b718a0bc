/**
 * The one hall behind all doors: plans requests, runs jobs, and knows what was made. Panel, commands and command line
 * create one pipeline for a workspace and never call a provider themselves.
 */
import type { Connection } from './connections/connection.ts';
import type { Credentials, OpenaiAccount } from './connections/credentials.ts';
import type { Environment } from './environment.ts';
import type { Asset, InputRole, MediaKind, Plan, VideoAction } from './generation.ts';
import type { ListedModel } from './catalog/live.ts';
import type { Job, JobEvent, JobReport, RunResult } from './jobs/job.ts';
import type { Disk } from './outputs/disk.ts';
import type { VideoVariant } from './providers/provider.ts';
import type { Workspace } from './workspace.ts';

export interface PipelineOptions {
  readonly workspace: Workspace;
  /** All connections, built-in ones first; the person's own after them. */
  readonly connections: readonly Connection[];
  readonly credentials: Credentials;
  readonly account?: OpenaiAccount;
  /** Tokens of Google's cloud; those of this machine's own credentials where undefined. */
  readonly googleToken?: () => Promise<string>;
  readonly environment: Environment;
  /** The person's own state folder (ids of known workspaces; later the ledger). */
  readonly personalFolder: string;
  /** The person's own defaults (settings); the workspace's `shotlist.json` wins over them. */
  readonly defaults?: PersonalDefaults;
  /** `shotlist 0.1.0`, written into sidecars. */
  readonly tool: string;
  /** Where bytes go; the real file system unless a test says otherwise. */
  readonly disk?: Disk;
}

export interface PersonalDefaults {
  readonly connection?: string | undefined;
  readonly models?: Readonly<Partial<Record<MediaKind, string | undefined>>> | undefined;
  readonly outputFolder?: string | undefined;
  readonly outputName?: string | undefined;
  /** How long a video is waited for before it is left to be resumed; 30 where undefined. */
  readonly videoWindowMinutes?: number | undefined;
}

/** What a door hands in: nothing in it has been checked. */
export interface Draft {
  readonly kind: MediaKind;
  readonly prompt: string;
  /** Connection id; undefined: default. */
  readonly connection?: string;
  readonly model?: string;
  /** Wire names; values as given. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** `"16:9"`; becomes the nearest size. */
  readonly aspect?: string;
  /** Of a video: `720p`, `1080p`, `4k`. */
  readonly resolution?: string;
  /** Of a video: its length. */
  readonly seconds?: number;
  /** Sent where the model has one; elsewhere a warning says that it isn't. */
  readonly seed?: number;
  /** How many pictures or clips. */
  readonly count?: number;
  readonly inputs?: readonly { readonly role: InputRole; readonly path: string }[];
  /** The earlier clip of a remix, edit or extension: id of one of our jobs, path of a clip, or the provider's name for it. */
  readonly source?: { readonly action: VideoAction; readonly clip: string };
  readonly stream?: boolean;
  /** A file or folder that the person named (`-o`, save dialog). */
  readonly output?: string;
}

export interface RunOptions {
  /** Starts over where the last run of the same plan was cut off. */
  readonly fresh?: boolean;
  /** False: videos are submitted and left `running`, to be resumed. */
  readonly wait?: boolean;
  /** Nothing new is sent once this aborts; answers under way are awaited. */
  readonly drain?: AbortSignal;
  /** Everything stops at once; what was sent and not answered stays `unknown`. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: JobEvent) => void;
}

export interface JobKeeper {
  /** Resolves after the first look, with the jobs that were taken up. */
  readonly started: Promise<readonly Job[]>;
  /** Ends the looking and the polling; the jobs stay `running`. */
  stop(): Promise<void>;
}

/** A finished asset that a plan would make once more. */
export interface SameAsset {
  /** Position in the plan. */
  readonly index: number;
  /** Absolute path; the file is there. */
  readonly path: string;
}

export interface Pipeline {
  readonly workspace: Workspace;
  /** Checks and prices; sends and writes nothing, needs no key. */
  plan(drafts: readonly Draft[]): Promise<Plan>;
  /** Finished clips that this plan would pay for again: same request, file still there. Pictures are left out. */
  findSame(plan: Plan): Promise<readonly SameAsset[]>;
  /** Runs a plan to its end. Faults of jobs are in their reports; throws only what stops the whole run beforehand. */
  run(plan: Plan, options?: RunOptions): Promise<RunResult>;
  /** All jobs of this workspace, newest first; settles and recovers nothing. */
  listJobs(): Promise<Job[]>;
  /** Unfinished and unknown jobs that no living process runs, newest first; changes nothing. For the notice at start. */
  listLeftJobs(): Promise<Job[]>;
  findJob(id: string): Promise<Job>;
  /**
   * Finishes half-done outputs, polls what is `running`, settles what is `unknown` where the protocol can list, sends
   * what is `queued`; never an `unknown` one. All of them, or one, which may then also be cancelled with an operation.
   */
  resumeJobs(id: string | undefined, options?: RunOptions): Promise<RunResult>;
  /** Pays again, knowingly: makes a new job of a finished, failed, cancelled or unknown one. */
  retryJob(id: string, options?: RunOptions): Promise<RunResult>;
  /**
   * Goes on with what is at the provider without sending anything that is paid: `running`, half-downloaded and `unknown`
   * jobs of dead processes, at once and whenever another process dies. For a door that stays open.
   */
  keepJobs(options?: RunOptions): JobKeeper;
  /** Calls back after any process changed the journal; looks about once a second. The function ends it. */
  watchJobs(onChange: () => void): () => void;
  /** Another look at a finished clip: fetches the clip again, its thumbnail or its spritesheet, and pays nothing. */
  fetchAgain(id: string, variant: VideoVariant, output: string | undefined): Promise<Asset>;
  /** Deletes a job's clip at the provider; the file here stays. @throws ShotlistError `unsupported_parameter` */
  removeAtProvider(id: string): Promise<void>;
  /**
   * Takes a job out: `queued` ones are cancelled; one that another process runs is told to stop. The provider is told
   * where it can be; the report's error says whether it may still charge.
   */
  cancelJob(id: string): Promise<JobReport>;
  rebuildHistory(): Promise<{ readonly assets: number; readonly skipped: readonly string[] }>;
  /** Checks the key with a call that costs nothing. @throws ShotlistError `invalid_key`, `missing_key`, … */
  checkConnection(id: string | undefined): Promise<{ readonly connection: Connection; readonly models: number }>;
  /** The catalog, merged with what the connection's server lists where `live`. */
  listModels(options: {
    readonly kind?: MediaKind;
    readonly live?: boolean;
    readonly connection?: string;
  }): Promise<ListedModel[]>;
  /** Closes the journal; running jobs are stopped like with `signal`. */
  dispose(): Promise<void>;
}
