package dev.voxelmill.gpu.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a kernel is given arrives as it is: arguments, attributes and weights. */
@OnDeviceThread
class KernelArgumentsTest {
  private NDManager root;
  private Kernel traps;

  @BeforeEach
  void compile() {
    root = Torch.start(TorchOptions.cpu()).newScope();
    traps = Kernel.compile(root, Traps.SOURCE);
  }

  @AfterEach
  void close() {
    root.close();
  }

  @Test
  void namesOfArraysSteerNothing() {
    NDArray a = root.create(5f);
    NDArray b = root.create(3f);

    for (String name : new String[] {"w.key", "p[]", "p()", "module_method:fail"}) {
      a.setName(name);
      b.setName(name);

      assertEquals(2f, traps.callOne(root, "minus", a, b).getFloat(), name);
      assertEquals(name, a.getName());
    }
  }

  @Test
  void oneArrayMayAppearTwiceInACall() {
    NDArray a = root.create(5f);

    NDArray zero = traps.callOne(root, "minus", a, a);
    NDArray digits = traps.callOne(root, "digits", List.of(Argument.of(List.of(a, a))));

    assertEquals(0f, zero.getFloat());
    assertEquals(55f, digits.getFloat());
  }

  @Test
  void listsAndDictsArriveInTheirOrder() {
    Map<String, NDArray> dict = new LinkedHashMap<>();
    List<NDArray> list = List.of(root.create(1f), root.create(2f), root.create(3f));
    dict.put("z", list.get(0));
    dict.put("a.b", list.get(1));
    dict.put("m", list.get(2));

    NDArray fromList = traps.callOne(root, "digits", List.of(Argument.of(list)));
    NDArray fromDict = traps.callOne(root, "dict_digits", List.of(Argument.of(dict)));

    assertEquals(321f, fromList.getFloat());
    assertEquals(321f, fromDict.getFloat());
  }

  @Test
  void anEmptyListOrDictIsAnArgumentToo() {
    NDArray fromList = traps.callOne(root, "digits", List.of(Argument.of(List.of())));
    NDArray fromDict = traps.callOne(root, "dict_digits", List.of(Argument.of(Map.of())));

    assertEquals(0f, fromList.getFloat());
    assertEquals(0f, fromDict.getFloat());
  }

  @Test
  void numbersFlagsAndTextArriveUnchanged() {
    List<Argument> arguments =
        List.of(Argument.of(1L << 40), Argument.of(0.1), Argument.of(true), Argument.of("grün"));

    double[] negated = traps.callOne(root, "scalars", arguments).toDoubleArray();

    assertArrayEquals(new double[] {-0x1p40, -0.1, -5}, negated);
  }

  @Test
  void attributesStartAsTheSourceSays() {
    double[] attributes = traps.callOne(root, "attributes").toDoubleArray();

    assertArrayEquals(new double[] {-3, 0x1p40, 0.1, 0.5, 7, 5, 0, 0}, attributes);
  }

  @Test
  void aRegisteredWeightOutlivesTheScopeItCameFrom() {
    try (NDManager loading = root.newSubManager()) {
      NDArray weight = loading.create(new float[] {1, 2, 3, 4}, new Shape(2, 2));
      traps.register("reg", "lin.weight", weight);
    }

    NDArray product = traps.callOne(root, "use", root.ones(new Shape(1, 2)));

    assertArrayEquals(new float[] {2, 3}, product.toFloatArray());
  }

  @Test
  void aWeightThatTakesAnothersKeyTakesItsPlace() {
    NDArray first = root.ones(new Shape(2, 2));
    NDArray second = root.full(new Shape(2, 2), 3f);
    traps.register("reg", "lin.weight", first);
    traps.register("reg", "lin.weight", second);
    traps.register("reg", "lin.weight", second);

    NDArray product = traps.callOne(root, "use", root.ones(new Shape(1, 2)));

    assertArrayEquals(new float[] {3, 3}, product.toFloatArray());
    assertTrue(first.isReleased());
    assertFalse(second.isReleased());
  }

  @Test
  void inPlaceUpdatesOfOuterTensorsAreKept() {
    NDArray listed = root.create(1f);
    NDArray keyed = root.create(1f);

    traps.call(root, "add_to_list_argument", List.of(Argument.of(List.of(listed))));
    traps.call(root, "add_to_dict_entry", List.of(Argument.of(Map.of("k", keyed))));

    assertEquals(2f, listed.getFloat());
    assertEquals(2f, keyed.getFloat());
  }

  @Test
  void inPlaceUpdatesOfAListBuiltInsideAreLostAsTheDocumentationWarns() {
    NDArray keyed = root.create(1f);

    traps.call(root, "add_to_list_built_inside", List.of(Argument.of(Map.of("k", keyed))));

    assertEquals(1f, keyed.getFloat());
  }
}
