package dev.voxelmill.gpu.mesh;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Writes a mesh as binary glTF 2.0: one node, one primitive, vertex colours, no texture.
 *
 * <p>COLOR_0 is linear by the standard, so sRGB-encoded colours are converted; 16 bits per channel
 * keep dark colours apart that 8 linear bits would merge. Equal input gives equal bytes.
 */
public final class GlbWriter {
  static final int MAGIC = 0x46546C67; // "glTF"
  static final int VERSION = 2;
  static final int CHUNK_JSON = 0x4E4F534A; // "JSON"
  static final int CHUNK_BIN = 0x004E4942; // "BIN"
  static final int FLOAT = 5126;
  static final int UNSIGNED_SHORT = 5123;
  static final int UNSIGNED_INT = 5125;
  private static final int ARRAY_BUFFER = 34962;
  private static final int ELEMENT_ARRAY_BUFFER = 34963;
  private static final int TRIANGLES = 4;

  /** The largest index of 16 bits means "restart" to some APIs, so it must stay unused. */
  private static final int MAX_SHORT_VERTICES = 65_535;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final ArrayNode bufferViews = JsonNodeFactory.instance.arrayNode();
  private final ArrayNode accessors = JsonNodeFactory.instance.arrayNode();
  private final ByteBuffer binary;

  private GlbWriter(int capacity) {
    binary = ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * The file's bytes.
   *
   * @param provenance where the mesh came from, stored as {@code asset.extras} in its own order
   */
  public static byte[] write(AssetMesh asset, Map<String, String> provenance) {
    if (asset.mesh().isEmpty()) {
      throw new IllegalArgumentException(
          "mesh: no faces (expected: at least one; glTF has no empty mesh)");
    }
    int vertices = asset.mesh().vertexCount();
    int capacity = vertices * (12 + 12 + 8) + 4 * asset.mesh().triangles().length;
    return new GlbWriter(capacity).assemble(asset, provenance);
  }

  private byte[] assemble(AssetMesh asset, Map<String, String> provenance) {
    ObjectNode attributes = JsonNodeFactory.instance.objectNode();
    attributes.put("POSITION", addPositions(FileAxes.fromWorld(asset.mesh().positions())));
    attributes.put("NORMAL", addVectors(FileAxes.fromWorld(asset.normals())));
    attributes.put("COLOR_0", addColours(asset.colours()));
    ObjectNode primitive = JsonNodeFactory.instance.objectNode();
    primitive.set("attributes", attributes);
    primitive.put("indices", addIndices(asset.mesh()));
    primitive.put("material", 0);
    primitive.put("mode", TRIANGLES);
    padTo4(binary);

    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ObjectNode header = root.putObject("asset");
    header.put("version", "2.0").put("generator", "Voxelmill");
    if (!provenance.isEmpty()) {
      ObjectNode extras = header.putObject("extras");
      provenance.forEach(extras::put);
    }
    root.put("scene", 0);
    root.putArray("scenes").addObject().putArray("nodes").add(0);
    root.putArray("nodes").addObject().put("name", "asset").put("mesh", 0);
    root.putArray("meshes").addObject().put("name", "asset").putArray("primitives").add(primitive);
    ObjectNode material = root.putArray("materials").addObject().put("name", "vertex colours");
    material.putObject("pbrMetallicRoughness").put("metallicFactor", 0).put("roughnessFactor", 1);
    material.put("doubleSided", false);
    root.set("accessors", accessors);
    root.set("bufferViews", bufferViews);
    root.putArray("buffers").addObject().put("byteLength", binary.position());
    return container(root);
  }

  private int addPositions(float[] positions) {
    int accessor = addVectors(positions);
    double[] low = {positions[0], positions[1], positions[2]};
    double[] high = low.clone();
    for (int i = 0; i < positions.length; i++) {
      low[i % 3] = Math.min(low[i % 3], positions[i]);
      high[i % 3] = Math.max(high[i % 3], positions[i]);
    }
    ObjectNode node = (ObjectNode) accessors.get(accessor);
    node.putArray("min").add(low[0]).add(low[1]).add(low[2]);
    node.putArray("max").add(high[0]).add(high[1]).add(high[2]);
    return accessor;
  }

  private int addVectors(float[] vectors) {
    int start = binary.position();
    binary.asFloatBuffer().put(vectors);
    binary.position(start + 4 * vectors.length);
    return addAccessor(addView(start, ARRAY_BUFFER), FLOAT, vectors.length / 3, "VEC3");
  }

  private int addColours(float[] colours) {
    int start = binary.position();
    for (int v = 0; v < colours.length; v += 3) {
      for (int channel = 0; channel < 3; channel++) {
        double encoded = Math.max(0, Math.min(1, colours[v + channel]));
        binary.putShort((short) Math.round(Srgb.toLinear(encoded) * 65_535));
      }
      binary.putShort((short) 65_535);
    }
    int view = addView(start, ARRAY_BUFFER);
    int accessor = addAccessor(view, UNSIGNED_SHORT, colours.length / 3, "VEC4");
    ((ObjectNode) accessors.get(accessor)).put("normalized", true);
    return accessor;
  }

  private int addIndices(TriangleMesh mesh) {
    int start = binary.position();
    boolean isShort = mesh.vertexCount() <= MAX_SHORT_VERTICES;
    for (int index : mesh.triangles()) {
      if (isShort) {
        binary.putShort((short) index);
      } else {
        binary.putInt(index);
      }
    }
    int view = addView(start, ELEMENT_ARRAY_BUFFER);
    int type = isShort ? UNSIGNED_SHORT : UNSIGNED_INT;
    return addAccessor(view, type, mesh.triangles().length, "SCALAR");
  }

  private int addView(int start, int target) {
    bufferViews
        .addObject()
        .put("buffer", 0)
        .put("byteOffset", start)
        .put("byteLength", binary.position() - start)
        .put("target", target);
    return bufferViews.size() - 1;
  }

  private int addAccessor(int view, int componentType, int count, String type) {
    accessors
        .addObject()
        .put("bufferView", view)
        .put("componentType", componentType)
        .put("count", count)
        .put("type", type);
    return accessors.size() - 1;
  }

  private byte[] container(ObjectNode root) {
    byte[] text;
    try {
      text = JSON.writeValueAsString(root).getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("glTF: a tree of plain nodes could not be written", e);
    }
    int textLength = (text.length + 3) / 4 * 4;
    int length = 12 + 8 + textLength + 8 + binary.position();
    ByteBuffer file = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    file.putInt(MAGIC).putInt(VERSION).putInt(length);
    file.putInt(textLength).putInt(CHUNK_JSON).put(text);
    while (file.position() < 12 + 8 + textLength) {
      file.put((byte) ' ');
    }
    file.putInt(binary.position()).putInt(CHUNK_BIN).put(binary.array(), 0, binary.position());
    return file.array();
  }

  private static void padTo4(ByteBuffer buffer) {
    while (buffer.position() % 4 != 0) {
      buffer.put((byte) 0);
    }
  }
}
