package dev.voxelmill.gpu.mesh;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Reads the GLB files that {@link GlbWriter} writes, so that what was delivered can be measured.
 *
 * <p>It reads one primitive of indexed triangles with positions, normals and linear colours. It is
 * no general glTF reader: node transforms, sparse accessors and textures are refused or absent.
 */
public final class GlbReader {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final JsonNode root;
  private final ByteBuffer binary;

  private GlbReader(JsonNode root, ByteBuffer binary) {
    this.root = root;
    this.binary = binary;
  }

  /** The mesh of a file, in world axes with sRGB-encoded colours. */
  public static AssetMesh read(byte[] file) {
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    require(file.length >= 12 && bytes.getInt() == GlbWriter.MAGIC, "header", "the magic 'glTF'");
    int version = bytes.getInt();
    require(version == GlbWriter.VERSION, "version " + version, "2");
    int length = bytes.getInt();
    require(length == file.length, "length " + length, "the file's " + file.length);
    ByteBuffer text = chunk(bytes, GlbWriter.CHUNK_JSON, "JSON chunk");
    ByteBuffer binary = chunk(bytes, GlbWriter.CHUNK_BIN, "BIN chunk");
    try {
      JsonNode root = JSON.readTree(StandardCharsets.UTF_8.decode(text).toString());
      return new GlbReader(root, binary).mesh();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("glb: JSON chunk (expected: valid JSON)", e);
    }
  }

  private AssetMesh mesh() {
    JsonNode meshes = root.path("meshes");
    JsonNode primitives = meshes.path(0).path("primitives");
    require(meshes.size() == 1 && primitives.size() == 1, "meshes", "one mesh of one primitive");
    for (String transform : new String[] {"matrix", "rotation", "scale", "translation"}) {
      require(!root.path("nodes").path(0).has(transform), "node " + transform, "no transform");
    }
    JsonNode attributes = primitives.get(0).path("attributes");
    float[] positions = FileAxes.toWorld(vectors(attributes.path("POSITION"), "POSITION"));
    float[] normals = FileAxes.toWorld(vectors(attributes.path("NORMAL"), "NORMAL"));
    float[] colours = colours(attributes.path("COLOR_0"));
    int[] triangles = indices(primitives.get(0).path("indices"));
    return new AssetMesh(new TriangleMesh(positions, triangles), normals, colours);
  }

  private float[] vectors(JsonNode reference, String name) {
    Accessor accessor = accessor(reference, name, "VEC3", 12);
    require(accessor.componentType() == GlbWriter.FLOAT, name, "float components");
    float[] values = new float[3 * accessor.count()];
    accessor.bytes().asFloatBuffer().get(values);
    return values;
  }

  private float[] colours(JsonNode reference) {
    Accessor accessor = accessor(reference, "COLOR_0", "VEC4", 8);
    require(accessor.componentType() == GlbWriter.UNSIGNED_SHORT, "COLOR_0", "16-bit components");
    float[] values = new float[3 * accessor.count()];
    for (int v = 0; v < accessor.count(); v++) {
      for (int channel = 0; channel < 3; channel++) {
        int linear = Short.toUnsignedInt(accessor.bytes().getShort(8 * v + 2 * channel));
        values[3 * v + channel] = (float) Srgb.fromLinear(linear / 65_535.0);
      }
    }
    return values;
  }

  private int[] indices(JsonNode reference) {
    int type = root.path("accessors").path(reference.asInt()).path("componentType").asInt();
    boolean isShort = type == GlbWriter.UNSIGNED_SHORT;
    require(isShort || type == GlbWriter.UNSIGNED_INT, "indices", "16 or 32 bits");
    Accessor accessor = accessor(reference, "indices", "SCALAR", isShort ? 2 : 4);
    int[] values = new int[accessor.count()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          isShort
              ? Short.toUnsignedInt(accessor.bytes().getShort(2 * i))
              : accessor.bytes().getInt(4 * i);
    }
    return values;
  }

  /** The tightly packed bytes of an accessor. */
  private record Accessor(int componentType, int count, ByteBuffer bytes) {}

  private Accessor accessor(JsonNode reference, String name, String type, int elementBytes) {
    require(reference.isInt(), name, "an accessor");
    JsonNode accessor = root.path("accessors").path(reference.asInt());
    require(type.equals(accessor.path("type").asText()), name, "type " + type);
    require(!accessor.has("sparse"), name, "no sparse accessor");
    JsonNode view = root.path("bufferViews").path(accessor.path("bufferView").asInt(-1));
    int stride = view.path("byteStride").asInt(elementBytes);
    require(stride == elementBytes, name, "tightly packed elements of " + elementBytes + " bytes");
    long start = view.path("byteOffset").asLong() + accessor.path("byteOffset").asLong();
    long count = accessor.path("count").asLong(-1);
    require(
        start >= 0 && count >= 0 && start + count * elementBytes <= binary.capacity(),
        name + " of " + count + " elements at " + start,
        "inside the " + binary.capacity() + " bytes of the BIN chunk");
    ByteBuffer bytes = binary.slice((int) start, (int) (count * elementBytes));
    return new Accessor(
        accessor.path("componentType").asInt(), (int) count, bytes.order(ByteOrder.LITTLE_ENDIAN));
  }

  private static ByteBuffer chunk(ByteBuffer bytes, int type, String name) {
    require(bytes.remaining() >= 8, name, "present");
    int length = bytes.getInt();
    int found = bytes.getInt();
    require(found == type, name + " of type " + Integer.toHexString(found), "in its place");
    require(length >= 0 && length <= bytes.remaining(), name + " of " + length, "inside the file");
    ByteBuffer chunk = bytes.slice(bytes.position(), length);
    bytes.position(bytes.position() + length);
    return chunk;
  }

  private static void require(boolean holds, String what, String expected) {
    if (!holds) {
      throw new IllegalArgumentException("glb: " + what + " (expected: " + expected + ")");
    }
  }
}
