/** Offsets to lines and columns. */
export class Lines {
  readonly #starts: number[] = [0];
  readonly #length: number;

  constructor(source: string) {
    for (let at = source.indexOf("\n"); at >= 0; at = source.indexOf("\n", at + 1))
      this.#starts.push(at + 1);
    this.#length = source.length;
  }

  /** Line and column from 1; the column counts UTF-16 units. */
  at(offset: number): { line: number; column: number } {
    const line = this.lineIndex(offset);
    return { line: line + 1, column: offset - this.lineStart(line) + 1 };
  }

  /** Index of the line from 0. */
  lineIndex(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Offset of the first character of a line; the length of the source beyond the last one. */
  lineStart(index: number): number {
    return this.#starts[index] ?? this.#length;
  }
}
