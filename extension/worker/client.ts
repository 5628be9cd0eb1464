/** The extension's end of the line to a worker: tasks with their results, and stopping them. */

import type { Comparison } from "../../language/compare/compare.ts";
import type { PartReport } from "../../sim-core/explore/parallel-search.ts";
import type { WorkerPort } from "../host.ts";
import type { DrawnGraph, FileRange, FromWorker, Progress, Task, TaskResult, ToWorker } from "./protocol.ts";

/** How a task ended: with a result, or because the text is no valid scenario. */
export type Answer =
  | { readonly kind: "result"; readonly result: TaskResult }
  | { readonly kind: "invalid"; readonly message: string; readonly range: FileRange };

/** How a comparison ended. */
export type ComparedAnswer =
  | { readonly kind: "compared"; readonly comparison: Comparison }
  | Extract<Answer, { kind: "invalid" }>;

/** How the drawing of a graph ended. */
export type DrawnAnswer = { readonly kind: "drawn"; readonly graph: DrawnGraph } | Extract<Answer, { kind: "invalid" }>;

/** How a part of a search ended. */
export type SearchedAnswer =
  | { readonly kind: "searched"; readonly report: PartReport | undefined }
  | Extract<Answer, { kind: "invalid" }>;

type AnyAnswer = Answer | ComparedAnswer | DrawnAnswer | SearchedAnswer;

/** A task under way. */
export interface Running<A = Answer> {
  readonly answer: Promise<A>;
  /** Stops it: its answer is what is known so far. One that does not listen is ended, and its answer fails. */
  cancel(): void;
}

interface Waiting {
  readonly resolve: (answer: AnyAnswer) => void;
  readonly reject: (reason: Error) => void;
  readonly onProgress: (progress: Progress) => void;
}

/** Milliseconds that a task gets to end by itself after it was told to. */
const patience = 1500;

/** Tasks for a worker that is started when the first one comes. */
export class WorkerClient {
  private readonly start: () => WorkerPort;
  private port: WorkerPort | undefined;
  private readonly waiting = new Map<number, Waiting>();
  private next = 1;

  constructor(start: () => WorkerPort) {
    this.start = start;
  }

  /** Gives the worker a task. Its answer fails if the worker does: that is a mistake of ours. */
  run(task: Extract<Task, { kind: "run" | "check" }>, onProgress: (progress: Progress) => void = () => {}): Running {
    return this.give<Answer>(task, (answer) => answer.kind === "result" || answer.kind === "invalid", onProgress);
  }

  /** Gives the worker a comparison to make. */
  compare(task: Extract<Task, { kind: "compare" }>): Running<ComparedAnswer> {
    return this.give<ComparedAnswer>(
      task,
      (answer) => answer.kind === "compared" || answer.kind === "invalid",
      () => {},
    );
  }

  /** Has the worker draw all states of a small scenario. */
  draw(task: Extract<Task, { kind: "graph" }>): Running<DrawnAnswer> {
    return this.give<DrawnAnswer>(
      task,
      (answer) => answer.kind === "drawn" || answer.kind === "invalid",
      () => {},
    );
  }

  /** Has the worker search beside others. It listens to what they share, not to being cancelled. */
  search(task: Extract<Task, { kind: "part" }>): Running<SearchedAnswer> {
    return this.give<SearchedAnswer>(
      task,
      (answer) => answer.kind === "searched" || answer.kind === "invalid",
      () => {},
    );
  }

  private give<A extends AnyAnswer>(
    task: Task,
    isMeant: (answer: AnyAnswer) => answer is A,
    onProgress: (progress: Progress) => void,
  ): Running<A> {
    const id = this.next++;
    const port = this.port ?? this.begin();
    const answer = new Promise<A>((resolve, reject) => {
      const take = (given: AnyAnswer) => {
        if (isMeant(given)) resolve(given);
        else reject(new Error("the worker answered something else than what it was asked"));
      };
      this.waiting.set(id, { resolve: take, reject, onProgress });
    });
    const message: ToWorker = { type: "task", id, task };
    port.post(message);
    return { answer, cancel: () => this.cancel(id) };
  }

  dispose(): void {
    this.end("the worker was ended");
  }

  private begin(): WorkerPort {
    const port = this.start();
    this.port = port;
    port.onMessage((message) => this.receive(message as FromWorker));
    port.onError((reason) => {
      if (this.port === port) this.end(reason);
    });
    return port;
  }

  private cancel(id: number): void {
    if (!this.waiting.has(id)) return;
    const message: ToWorker = { type: "cancel", id };
    this.port?.post(message);
    setTimeout(() => {
      if (this.waiting.has(id)) this.end("it did not end when it was told to");
    }, patience);
  }

  private end(reason: string): void {
    this.port?.terminate();
    this.port = undefined;
    for (const { reject } of this.waiting.values()) reject(new Error(reason));
    this.waiting.clear();
  }

  private receive(message: FromWorker): void {
    const waiting = this.waiting.get(message.id);
    if (waiting === undefined) return;
    if (message.type === "progress") {
      waiting.onProgress(message);
      return;
    }
    this.waiting.delete(message.id);
    if (message.type === "done") waiting.resolve({ kind: "result", result: message.result });
    else if (message.type === "drawn") waiting.resolve({ kind: "drawn", graph: message.graph });
    else if (message.type === "searched") waiting.resolve({ kind: "searched", report: message.report });
    else if (message.type === "compared") waiting.resolve({ kind: "compared", comparison: message.comparison });
    else if (message.type === "invalid")
      waiting.resolve({ kind: "invalid", message: message.message, range: message.range });
    else waiting.reject(new Error(message.message));
  }
}
