package dev.voxelmill.gpu.toys;

import dev.voxelmill.gpu.toys.Primitive.Shape;

/**
 * Where a ray meets one primitive: distance and world normal, for rays from one eye, without
 * allocation.
 *
 * <p>A ray is carried into the primitive's local frame, where the shape is canonical; the distance
 * needs no conversion because the direction is not renormalised there. Rays start outside of all
 * objects.
 */
final class HitTest {
  static final float MISS = 1e9f;
  private static final float TINY = 1e-7f;
  private static final int MARCH_STEPS = 40;

  private final Primitive primitive;
  private final Shape shape;
  private final float tube;
  private final float[] toLocal = new float[9];
  private final float[] origin = new float[3];
  private final float[] direction = new float[3];
  // normal in the local frame, not unit
  private float normalX;
  private float normalY;
  private float normalZ;

  HitTest(Primitive primitive, double[] eye) {
    this.primitive = primitive;
    shape = primitive.shape();
    tube = (float) primitive.tube();
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        toLocal[3 * i + j] = (float) (primitive.rotation()[3 * i + j] / primitive.scale()[j]);
      }
    }
    for (int j = 0; j < 3; j++) {
      double sum = 0;
      for (int i = 0; i < 3; i++) {
        sum += (eye[i] - primitive.centre()[i]) * toLocal[3 * i + j];
      }
      origin[j] = (float) sum;
    }
  }

  /**
   * Distance along the world direction to the first hit, or {@link #MISS}; keeps the normal for
   * {@link #worldNormal}.
   */
  float distance(float dx, float dy, float dz) {
    for (int j = 0; j < 3; j++) {
      direction[j] = dx * toLocal[j] + dy * toLocal[3 + j] + dz * toLocal[6 + j];
    }
    return switch (shape) {
      case SPHERE -> sphere();
      case BOX -> box();
      case PRISM -> prism();
      case CYLINDER -> cylinder();
      case CONE -> cone();
      case TORUS -> torus();
    };
  }

  /** The unit world normal of the last hit, into {@code normal} (3). */
  void worldNormal(float[] normal) {
    float length = 1e-9f;
    float squares = 0;
    for (int i = 0; i < 3; i++) {
      normal[i] =
          toLocal[3 * i] * normalX + toLocal[3 * i + 1] * normalY + toLocal[3 * i + 2] * normalZ;
      squares += normal[i] * normal[i];
    }
    length += (float) Math.sqrt(squares);
    for (int i = 0; i < 3; i++) {
      normal[i] /= length;
    }
  }

  Primitive primitive() {
    return primitive;
  }

  private float sphere() {
    float a = dot(direction, direction);
    float b = dot(origin, direction);
    float c = dot(origin, origin) - 1;
    float q = b * b - a * c;
    if (q <= 0) {
      return MISS;
    }
    float t = (-b - (float) Math.sqrt(q)) / a;
    normalAt(t);
    return t;
  }

  private float box() {
    float near = -MISS;
    float far = MISS;
    int axis = 0;
    for (int i = 0; i < 3; i++) {
      float inverse = 1 / away(direction[i]);
      float t0 = (-1 - origin[i]) * inverse;
      float t1 = (1 - origin[i]) * inverse;
      float entry = Math.min(t0, t1);
      if (entry > near) {
        near = entry;
        axis = i;
      }
      far = Math.min(far, Math.max(t0, t1));
    }
    float sign = -Math.signum(direction[axis]);
    normalX = axis == 0 ? sign : 0;
    normalY = axis == 1 ? sign : 0;
    normalZ = axis == 2 ? sign : 0;
    return near < far && near > 0 ? near : MISS;
  }

  /** A gable roof by its five planes: |x| <= 1, z >= -1 and |y| <= (1 - z) / 2. */
  private float prism() {
    float near = -MISS;
    float far = MISS;
    for (int plane = 0; plane < 5; plane++) {
      float nx = plane == 0 ? 1 : plane == 1 ? -1 : 0;
      float ny = plane == 3 ? 1 : plane == 4 ? -1 : 0;
      float nz = plane < 2 ? 0 : plane == 2 ? -1 : .5f;
      float offset = plane < 3 ? 1 : .5f;
      float slope = away(direction[0] * nx + direction[1] * ny + direction[2] * nz);
      float t = -(origin[0] * nx + origin[1] * ny + origin[2] * nz - offset) / slope;
      if (slope < 0 && t > near) {
        near = t;
        normalX = nx;
        normalY = ny;
        normalZ = nz;
      } else if (slope > 0) {
        far = Math.min(far, t);
      }
    }
    return near < far && near > 0 ? near : MISS;
  }

  private float cylinder() {
    float a = direction[0] * direction[0] + direction[1] * direction[1] + 1e-12f;
    float b = origin[0] * direction[0] + origin[1] * direction[1];
    float c = origin[0] * origin[0] + origin[1] * origin[1] - 1;
    float best = side(a, b, c);
    if (best < MISS) {
      normalAt(best);
      normalZ = 0;
    }
    return cap(1, cap(-1, best));
  }

  private float cone() {
    float k = (1 - origin[2]) / 2;
    float m = -direction[2] / 2;
    float a = direction[0] * direction[0] + direction[1] * direction[1] - m * m;
    float b = origin[0] * direction[0] + origin[1] * direction[1] - k * m;
    float c = origin[0] * origin[0] + origin[1] * origin[1] - k * k;
    float best = side(Math.abs(a) < 1e-9f ? 1e-9f : a, b, c);
    if (best < MISS) {
      normalAt(best);
      normalZ = (1 - normalZ) / 4;
    }
    return cap(-1, best);
  }

  /** The nearer root of a t^2 + 2 b t + c whose point lies between the two caps. */
  private float side(float a, float b, float c) {
    float q = b * b - a * c;
    if (q <= 0) {
      return MISS;
    }
    float root = (float) Math.sqrt(q);
    float best = MISS;
    for (int sign = -1; sign <= 1; sign += 2) {
      float t = (-b + sign * root) / a;
      float z = origin[2] + t * direction[2];
      if (Math.abs(z) <= 1 && t > 0 && t < best) {
        best = t;
      }
    }
    return best;
  }

  /** The unit disc at the given height, where it is nearer than {@code best}. */
  private float cap(float height, float best) {
    float t = (height - origin[2]) / away(direction[2]);
    float x = origin[0] + t * direction[0];
    float y = origin[1] + t * direction[1];
    if (x * x + y * y > 1 || t <= 0 || t >= best) {
      return best;
    }
    normalX = 0;
    normalY = 0;
    normalZ = height;
    return t;
  }

  /** Sphere tracing of the exact distance to the ring, starting at the bounding sphere. */
  private float torus() {
    float length = (float) Math.sqrt(dot(direction, direction));
    float dx = direction[0] / length;
    float dy = direction[1] / length;
    float dz = direction[2] / length;
    float b = origin[0] * dx + origin[1] * dy + origin[2] * dz;
    float reach = 1 + tube;
    float q = b * b - (dot(origin, origin) - reach * reach);
    if (q <= 0) {
      return MISS;
    }
    float t = -b - (float) Math.sqrt(q);
    for (int i = 0; i < MARCH_STEPS; i++) {
      float x = origin[0] + t * dx;
      float y = origin[1] + t * dy;
      float z = origin[2] + t * dz;
      float ring = (float) Math.sqrt(x * x + y * y);
      float gap = (float) Math.sqrt((ring - 1) * (ring - 1) + z * z) - tube;
      if (gap < 2e-3f) {
        float inward = 1 - 1 / (ring + 1e-9f);
        normalX = x * inward;
        normalY = y * inward;
        normalZ = z;
        return t / length;
      }
      if (gap >= 3) {
        return MISS;
      }
      t += gap;
    }
    return MISS;
  }

  private void normalAt(float t) {
    normalX = origin[0] + t * direction[0];
    normalY = origin[1] + t * direction[1];
    normalZ = origin[2] + t * direction[2];
  }

  private static float away(float slope) {
    return Math.abs(slope) < TINY ? TINY : slope;
  }

  private static float dot(float[] a, float[] b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  }
}
