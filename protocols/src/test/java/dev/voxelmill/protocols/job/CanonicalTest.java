package dev.voxelmill.protocols.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.voxelmill.protocols.geometry.ViewCamera;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CanonicalTest {
  @Test
  void equalValuesBecomeOne() {
    Canonical<List<String>> lists = new Canonical<>();
    List<String> first = List.of("a", "b");
    List<String> equal = List.of("a", "b");

    assertNotSame(first, equal);
    assertSame(first, lists.of(first));
    assertSame(first, lists.of(equal));
    assertEquals(List.of("c"), lists.of(List.of("c")));
  }

  @Test
  void requestsWithEqualParametersShareThem() {
    JobRequest one = request("one", "200");
    JobRequest other = request("other", "200");
    JobRequest different = request("different", "100");

    assertSame(one.parameters(), other.parameters());
    assertEquals("100", different.parameters().get("distill.steps"));
  }

  @Test
  void jobsOfATenantShareItsName() {
    assertSame(JobId.parse("acme/one").tenant(), JobId.parse("acme/other").tenant());
  }

  private static JobRequest request(String id, String steps) {
    var image =
        new JobRequest.ImageRef("image/png", 1, 1, new BlobRef("0".repeat(64), 1, 0, List.of()));
    return new JobRequest(
        new JobId("default", id),
        "image-to-3d",
        image,
        ViewCamera.DEFAULT,
        1,
        new TreeMap<>(Map.of("distill.steps", steps)),
        List.of(),
        5);
  }
}
