/**
 * How much of each pixel an outline covers. Every edge adds the area to its right within its pixel row as a difference;
 * a running sum along the row then gives exact coverage, so that edges are smooth without oversampling.
 */
import type { Point } from './path.ts';

export interface Coverage {
  /** Adds closed polygons; lines out of bounds are cut. */
  add(polygons: readonly (readonly Point[])[]): void;
  /**
   * Hands each pixel row that is touched to `visit`, with coverage 0–1 of the pixels `from` up to but without `to`, then
   * forgets everything.
   */
  drain(visit: (row: number, from: number, to: number, amounts: Float32Array) => void): void;
}

export function createCoverage(width: number, height: number): Coverage {
  const stride = width + 2;
  const differences = new Float32Array(stride * height);
  const amounts = new Float32Array(width);
  // the columns touched in each row: shapes that are small cost little on a large canvas
  const firstColumn = new Int32Array(height).fill(stride);
  const lastColumn = new Int32Array(height).fill(-1);
  let firstRow = height;
  let lastRow = -1;

  const addPiece = (row: number, xFrom: number, xTo: number, signedHeight: number): void => {
    const left = Math.min(width, Math.max(0, Math.min(xFrom, xTo)));
    const right = Math.min(width, Math.max(0, Math.max(xFrom, xTo)));
    const start = Math.floor(left);
    const end = Math.floor(right);
    if (start < (firstColumn[row] ?? 0)) firstColumn[row] = start;
    if (end + 1 > (lastColumn[row] ?? 0)) lastColumn[row] = end + 1;
    const base = row * stride;
    if (start === end) {
      const inside = signedHeight * ((left + right) / 2 - start);
      differences[base + start] = (differences[base + start] ?? 0) + signedHeight - inside;
      differences[base + start + 1] = (differences[base + start + 1] ?? 0) + inside;
      return;
    }
    const slope = signedHeight / (right - left);
    for (let column = start; column <= end; column++) {
      const pieceLeft = Math.max(left, column);
      const pieceRight = Math.min(right, column + 1);
      const part = (pieceRight - pieceLeft) * slope;
      const inside = part * ((pieceLeft + pieceRight) / 2 - column);
      differences[base + column] = (differences[base + column] ?? 0) + part - inside;
      differences[base + column + 1] = (differences[base + column + 1] ?? 0) + inside;
    }
  };

  const addEdge = (ax: number, ay: number, bx: number, by: number): void => {
    if (ay === by) return;
    const sign = ay < by ? 1 : -1;
    const [topX, topY, bottomX, bottomY] = ay < by ? [ax, ay, bx, by] : [bx, by, ax, ay];
    if (bottomY <= 0 || topY >= height) return;
    const slope = (bottomX - topX) / (bottomY - topY);
    const from = Math.max(0, Math.floor(topY));
    const to = Math.min(height - 1, Math.ceil(bottomY) - 1);
    firstRow = Math.min(firstRow, from);
    lastRow = Math.max(lastRow, to);
    for (let row = from; row <= to; row++) {
      const yFrom = Math.max(row, topY);
      const yTo = Math.min(row + 1, bottomY);
      addPiece(row, topX + (yFrom - topY) * slope, topX + (yTo - topY) * slope, (yTo - yFrom) * sign);
    }
  };

  return {
    add(polygons) {
      for (const points of polygons) {
        let [x, y] = points.at(-1) ?? [0, 0];
        for (const point of points) {
          addEdge(x, y, point[0], point[1]);
          x = point[0];
          y = point[1];
        }
      }
    },
    drain(visit) {
      for (let row = firstRow; row <= lastRow; row++) {
        const from = firstColumn[row] ?? 0;
        const end = lastColumn[row] ?? 0;
        const to = Math.min(width, end + 1);
        const base = row * stride;
        let sum = 0;
        for (let column = from; column < to; column++) {
          sum += differences[base + column] ?? 0;
          const amount = Math.abs(sum);
          amounts[column] = amount > 1 ? 1 : amount;
        }
        if (end >= 0) {
          differences.fill(0, base + from, base + end + 1);
          visit(row, from, to, amounts);
        }
        firstColumn[row] = stride;
        lastColumn[row] = -1;
      }
      firstRow = height;
      lastRow = -1;
    },
  };
}
