package dev.voxelmill.gpu.sampling;

/**
 * The weights rho of UniPC: the solution of sum_k r_k^(i-1) rho_k = b_i with b_i = i! phi_(i+1)(hh)
 * hh / B, by Gaussian elimination with pivots.
 */
final class PhiWeights {
  private static final double FIRST_ORDER = 0.5;

  private PhiWeights() {}

  /** Of the older answers only; r ends with 1, for the answer that is not known yet. */
  static double[] predictor(double[] r, double hh, double b) {
    int p = r.length;
    return switch (p) {
      case 1 -> new double[0];
      case 2 -> new double[] {FIRST_ORDER};
      default -> solve(r, p - 1, right(p - 1, hh, b));
    };
  }

  /** Of the older answers and, last, of the one at the level that is reached. */
  static double[] corrector(double[] r, double hh, double b) {
    int p = r.length;
    return p == 1 ? new double[] {FIRST_ORDER} : solve(r, p, right(p, hh, b));
  }

  private static double[] right(int count, double hh, double b) {
    double[] right = new double[count];
    double phi = Math.expm1(hh) / hh - 1;
    double factorial = 1;
    for (int i = 0; i < count; i++) {
      right[i] = phi * factorial / b;
      factorial *= i + 2;
      phi = phi / hh - 1 / factorial;
    }
    return right;
  }

  private static double[] solve(double[] r, int count, double[] right) {
    double[][] rows = new double[count][count];
    for (int i = 0; i < count; i++) {
      for (int k = 0; k < count; k++) {
        rows[i][k] = Math.pow(r[k], i);
      }
    }
    for (int column = 0; column < count; column++) {
      int pivot = column;
      for (int row = column + 1; row < count; row++) {
        pivot = Math.abs(rows[row][column]) > Math.abs(rows[pivot][column]) ? row : pivot;
      }
      swap(rows, right, column, pivot);
      for (int row = column + 1; row < count; row++) {
        double factor = rows[row][column] / rows[column][column];
        for (int k = column; k < count; k++) {
          rows[row][k] -= factor * rows[column][k];
        }
        right[row] -= factor * right[column];
      }
    }
    return substituted(rows, right);
  }

  private static void swap(double[][] rows, double[] right, int one, int other) {
    double[] row = rows[one];
    rows[one] = rows[other];
    rows[other] = row;
    double value = right[one];
    right[one] = right[other];
    right[other] = value;
  }

  private static double[] substituted(double[][] rows, double[] right) {
    double[] solution = new double[right.length];
    for (int row = right.length - 1; row >= 0; row--) {
      double rest = right[row];
      for (int k = row + 1; k < right.length; k++) {
        rest -= rows[row][k] * solution[k];
      }
      solution[row] = rest / rows[row][row];
    }
    return solution;
  }
}
