/** A number for each step of a history, found by the step's number. The oldest can be forgotten. No part of the state. */

const FIRST = 1 << 10;

type Numbers = Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

export class ByStep {
  private readonly kind: Int32ArrayConstructor | Uint8ArrayConstructor;
  private numbers: Numbers;
  /** The step whose number stands first. */
  private first = 0;

  constructor(kind: Int32ArrayConstructor | Uint8ArrayConstructor = Int32Array) {
    this.kind = kind;
    this.numbers = new kind(FIRST);
  }

  /** The number of a step that has one. */
  get(step: number): number {
    return this.numbers[step - this.first] as number;
  }
  set(step: number, number: number): void {
    const at = step - this.first;
    if (at >= this.numbers.length) this.grow(at);
    this.numbers[at] = number;
  }
  private grow(at: number): void {
    const larger: Numbers = new this.kind(Math.max(this.numbers.length * 2, at + 1));
    larger.set(this.numbers);
    this.numbers = larger;
  }
  /** Forgets the numbers of the steps before `step`. */
  dropBefore(step: number): void {
    if (step <= this.first) return;
    this.numbers.copyWithin(0, step - this.first);
    this.first = step;
  }
}
