/** Of one level GitHub shows that many annotations of a step, and drops the others. */
export const ANNOTATIONS = 10;

/** Where an annotation points, and its heading. */
export interface AnnotationPlace {
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  readonly title?: string | undefined;
  /** A warning that may be missed among the annotations: it is a line of the log only. */
  readonly isMinor?: boolean | undefined;
}

/** The job log, as far as a driver needs it. */
export interface DriverLog {
  info(line: string): void;
  warning(message: string, place?: AnnotationPlace): void;
  /** What is wrong at a place of a file. An error that is thrown says it, too. */
  error?(message: string, place: AnnotationPlace): void;
}

/** The job log, as far as the stages need it. `githubLog` writes to the real one. */
export interface Log {
  group<T>(title: string, fn: () => Promise<T>): Promise<T>;
  info(line: string): void;
  warning(message: string, place?: AnnotationPlace): void;
  error(message: string, place?: AnnotationPlace): void;
  debug(line: string): void;
}
