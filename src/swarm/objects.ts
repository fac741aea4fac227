import * as z from 'zod';

// What is read of the Engine API's objects, in its own names
// (https://docs.docker.com/reference/api/engine/). Fields that are not named here are dropped.
// States stay plain strings: an engine may know one more than this list, and only a few decide
// anything.

const time = z.string();

const mode = z.object({
  Replicated: z.object({ Replicas: z.number().default(1) }).nullish(),
  Global: z.object({}).nullish(),
  ReplicatedJob: z
    .object({ MaxConcurrent: z.number().default(1), TotalCompletions: z.number().default(1) })
    .nullish(),
  GlobalJob: z.object({}).nullish(),
});

const healthcheck = z.object({
  Test: z.array(z.string()).nullish(),
  /** ns, as all durations of the API. */
  Interval: z.number().optional(),
  Timeout: z.number().optional(),
  StartPeriod: z.number().optional(),
  Retries: z.number().optional(),
});

const taskTemplate = z.object({
  ContainerSpec: z
    .object({
      Image: z.string().default(''),
      /** ns; 10 s where absent. */
      StopGracePeriod: z.number().optional(),
      Healthcheck: healthcheck.nullish(),
    })
    .nullish(),
  RestartPolicy: z
    .object({
      /** `none`, `on-failure` or `any`; `any` where absent. */
      Condition: z.string().optional(),
      /** Unlimited where 0. */
      MaxAttempts: z.number().optional(),
    })
    .nullish(),
  Placement: z.object({ Constraints: z.array(z.string()).nullish() }).nullish(),
});

const updateConfig = z.object({
  /** `pause`, `continue` or `rollback`; `pause` where absent. */
  FailureAction: z.string().optional(),
  /** ns; 5 s where absent. */
  Monitor: z.number().optional(),
});

const serviceSpec = z.object({
  Name: z.string(),
  Mode: mode,
  TaskTemplate: taskTemplate,
  UpdateConfig: updateConfig.nullish(),
});

/** A number that the API leaves out where it is 0. */
const index = z.object({ Index: z.number().default(0) });

const service = z.object({
  ID: z.string(),
  CreatedAt: time,
  UpdatedAt: time,
  Spec: serviceSpec,
  /** Absent for a service that was never updated, and after a rollback. */
  PreviousSpec: serviceSpec.nullish(),
  /** Absent during the whole first deployment, and after an update that had nothing to replace. */
  UpdateStatus: z
    .object({
      /**
       * `updating`, `paused`, `completed`, `rollback_started`, `rollback_paused`,
       * `rollback_completed`.
       */
      State: z.string().default(''),
      StartedAt: time.optional(),
      CompletedAt: time.optional(),
      Message: z.string().default(''),
    })
    .nullish(),
  JobStatus: z.object({ JobIteration: index.nullish(), LastExecution: time.optional() }).nullish(),
});

const task = z.object({
  ID: z.string(),
  CreatedAt: time,
  ServiceID: z.string().default(''),
  /** Counted from 1 for a replicated service, from 0 for a job; always 0 for a global service. */
  Slot: z.number().default(0),
  /** Absent until a node is chosen. */
  NodeID: z.string().optional(),
  DesiredState: z.string(),
  Status: z.object({
    Timestamp: time.optional(),
    State: z.string(),
    Message: z.string().default(''),
    Err: z.string().default(''),
    ContainerStatus: z.object({ ExitCode: z.number().default(0) }).nullish(),
  }),
  Spec: taskTemplate,
  JobIteration: index.nullish(),
});

const node = z.object({
  ID: z.string(),
  Spec: z.object({
    Role: z.enum(['manager', 'worker']),
    /** `active`, `pause` or `drain`. */
    Availability: z.string(),
    Labels: z.record(z.string(), z.string()).nullish(),
  }),
  Description: z
    .object({
      Hostname: z.string().default(''),
      /** Absent until the node has said so. */
      Platform: z
        .object({ OS: z.string().optional(), Architecture: z.string().optional() })
        .nullish(),
      Engine: z
        .object({
          EngineVersion: z.string().optional(),
          Labels: z.record(z.string(), z.string()).nullish(),
        })
        .nullish(),
    })
    .default({ Hostname: '' }),
  Status: z.object({
    /** `unknown`, `down`, `ready` or `disconnected`. */
    State: z.string(),
    Message: z.string().optional(),
    Addr: z.string().optional(),
  }),
  ManagerStatus: z
    .object({
      Leader: z.boolean().default(false),
      /** `reachable` or `unreachable`. */
      Reachability: z.string().default('unknown'),
      Addr: z.string().optional(),
    })
    .nullish(),
});

export const services = z.array(service);
export const tasks = z.array(task);
export const nodes = z.array(node);

export type Service = z.infer<typeof service>;
export type Task = z.infer<typeof task>;
export type Node = z.infer<typeof node>;
