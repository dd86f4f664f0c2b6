package dev.voxelmill.gpu.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.voxelmill.gpu.convert.Pickled.Inert;
import dev.voxelmill.gpu.convert.Pickled.Plain;
import dev.voxelmill.gpu.convert.Pickled.Table;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PickleReaderTest {
  private static Pickled read(String code) {
    return PickleReader.read(code.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String refused(String code) {
    return assertThrows(CheckpointException.class, () -> read(code)).key();
  }

  @Test
  void plainDataIsRead() {
    Pickled read =
        read("\u0080\u0002}(X\u0001\u0000\u0000\u0000aK\u0007X\u0001\u0000\u0000\u0000bNu.");

    assertEquals(new Table(Map.of("a", new Plain(7L), "b", new Plain(null))), read);
  }

  @Test
  void aNameThatCouldDoAnythingIsRefused() {
    assertEquals("name", refused("cos\nsystem\n(X\u0002\u0000\u0000\u0000lstR."));
    assertEquals("name", refused("cbuiltins\neval\n."));
    assertEquals("name", refused("ctorch\nload\n."));
    assertEquals("name", refused("ctorch._utils\n_import_dotted_name\n."));
  }

  @Test
  void aClassOfATrainingFrameworkIsNeverMade() {
    assertEquals(new Inert(), read("cpytorch_lightning.callbacks\nModelCheckpoint\n)R."));
  }

  @Test
  void instructionsThatTorchDoesNotWriteAreRefused() {
    for (String code : new String[] {"S'a'\n.", "i", "o", "\u0082\u0001.", "\u0093.", "P1\n."}) {
      assertEquals("instruction", refused(code), code);
    }
  }

  @Test
  void aTensorBeyondItsStorageIsRefused() {
    String storage =
        "((X\u0007\u0000\u0000\u0000storagectorch\nFloatStorage\nX\u0001\u0000\u0000\u00000X\u0003\u0000\u0000\u0000cpuK\u0004tQ";
    String tensor = "ctorch._utils\n_rebuild_tensor_v2\n" + storage;

    assertEquals("tensor", refused(tensor + "K\u0001(K\u0004t(K\u0001ttR."));
    assertEquals("tensor", refused(tensor + "K\u0000(K\u0002K\u0002t(K\u0002K\u0002ttR."));
    assertEquals("tensor", refused(tensor + "K\u0000(K\u0005t(K\u0000ttR."));
    assertEquals("tensor", refused(tensor + "K\u0000(K\u0002K\u0002t(K\u0002ttR."));
    String most = "\u008a\u0008\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f";
    assertEquals("tensor", refused(tensor + "K\u0000(" + most + most + "t(K\u0000K\u0000ttR."));
    assertEquals("tensor", refused(tensor + "K\u0000(K\u0002K\u0002t(" + most + "K\u0001ttR."));
    read(tensor + "K\u0000(K\u0002K\u0002t(K\u0002K\u0001ttR.");
    read(tensor + "K\u0000(K\u0002K\u0002t(K\u0001K\u0002ttR.");
  }

  @Property(tries = 500)
  void anyBytesAreReadOrRefused(@ForAll byte[] code) {
    try {
      PickleReader.read(code);
    } catch (CheckpointException refused) {
      assertEquals(true, refused.getMessage().contains("expected: "));
    }
  }
}
