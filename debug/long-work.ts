/** Work that takes its time: it tells how far it is, and can be cancelled. */
import { Event } from "@vscode/debugadapter";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { RequestError } from "./request.ts";

/** Work was cancelled; what it had done is undone. */
export class CancelledError extends RequestError {
  constructor() {
    super("cancelled");
  }
}

/** Turns that pass before a client is told: most work is over by then. */
const TURNS_UNTOLD = 8;
/** Turns between two reports. */
const TURNS_BETWEEN = 16;

/** A piece of work under way. */
export interface Work {
  readonly cancelled: boolean;
  /** To be called now and then. `share`: how much is done, 0 to 1; undefined where nobody knows. */
  turn(share?: number, message?: string): void;
  end(): void;
}

export class LongWork {
  private readonly send: (event: DebugProtocol.Event) => void;
  private readonly yieldToHost: () => Promise<void>;
  /** Whether the client shows progress. */
  private readonly isTold: () => boolean;
  private readonly works = new Map<string, { cancelled: boolean; readonly request: number | undefined }>();
  private count = 0;

  constructor(send: (event: DebugProtocol.Event) => void, yieldToHost: () => Promise<void>, isTold: () => boolean) {
    this.send = send;
    this.yieldToHost = yieldToHost;
    this.isTold = isTold;
  }

  /** Begins work; of a request, if it is one's. */
  begin(title: string, request?: number): Work {
    const progressId = `hmm-${++this.count}`;
    const state = { cancelled: false, request };
    this.works.set(progressId, state);
    let turns = 0;
    const isShown = (): boolean => turns > TURNS_UNTOLD && this.isTold();
    const part = (share: number | undefined, message: string | undefined): object => ({
      progressId,
      ...(message === undefined ? {} : { message }),
      ...(share === undefined ? {} : { percentage: Math.min(100, Math.floor(100 * share)) }),
    });
    return {
      get cancelled() {
        return state.cancelled;
      },
      turn: (share, message) => {
        turns++;
        if (turns === TURNS_UNTOLD + 1 && this.isTold()) {
          const requestId = request === undefined ? {} : { requestId: request };
          this.send(new Event("progressStart", { title, cancellable: true, ...requestId, ...part(share, message) }));
        } else if (isShown() && turns % TURNS_BETWEEN === 0) {
          this.send(new Event("progressUpdate", part(share, message)));
        }
      },
      end: () => {
        if (!this.works.delete(progressId)) return;
        if (isShown()) this.send(new Event("progressEnd", { progressId }));
      },
    };
  }

  /** Does a request's work in turns with the host. `turn` is to be awaited now and then. @throws CancelledError */
  async run<T>(
    title: string,
    request: number,
    work: (turn: (share?: number, message?: string) => Promise<void>) => Promise<T>,
  ): Promise<T> {
    const handle = this.begin(title, request);
    try {
      return await work(async (share, message) => {
        handle.turn(share, message);
        await this.yieldToHost();
        if (handle.cancelled) throw new CancelledError();
      });
    } finally {
      handle.end();
    }
  }

  /** Cancels the work of a request or a progress. What is over already, or never was, is no mistake. */
  cancel(request: number | undefined, progressId: string | undefined): void {
    for (const [id, state] of this.works) {
      if (id === progressId || (request !== undefined && state.request === request)) state.cancelled = true;
    }
  }
}
