/** Lists that the model does not agree with yet, and what it lacks for them. */
export const PENDING: Readonly<Record<string, string>> = {
  "03-dev-fault-unpopulated": "shared memory",
  "11-thp": "huge pages",
  "12-files": "files",
  "17-coherent": "long-term pins move coherent pages",
};
