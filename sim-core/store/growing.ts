/** Typed arrays that grow. */

/** A copy of `array` with half as much room again, at least one element more; what is new is 0. */
export function grownInts(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(grownLength(array.length));
  larger.set(array);
  return larger;
}
/** The same for numbers of any kind. */
export function grownFloats(array: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(grownLength(array.length));
  larger.set(array);
  return larger;
}

function grownLength(length: number): number {
  return length + Math.max(1, length >>> 1);
}
