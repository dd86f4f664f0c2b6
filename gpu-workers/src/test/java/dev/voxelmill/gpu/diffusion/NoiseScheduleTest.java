package dev.voxelmill.gpu.diffusion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NoiseScheduleTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0.99915, 0.0291672, 0.99915, 0.0291672",
    "10, 0.990431, 0.0982911, 0.990081, 0.100091",
    "250, 0.673793, 0.695799, 0.568788, 0.870703",
    "500, 0.276333, 1.61828, 0.160772, 2.28473",
    "969, 0.00664264, 12.2288, 0.00225699, 21.0254",
    "999, 0.0046601, 14.6146, 0.00157896, 25.1461"
  })
  void tablesHaveTheirPublishedValues(
      int timestep, double abar, double sigma, double linearAbar, double linearSigma) {
    NoiseSchedule scaled = NoiseSchedule.scaledLinear();
    NoiseSchedule linear = NoiseSchedule.linear();

    assertEquals(abar, scaled.abar(timestep), 6e-6 * abar);
    assertEquals(sigma, scaled.sigma(timestep), 6e-6 * sigma);
    assertEquals(linearAbar, linear.abar(timestep), 6e-6 * linearAbar);
    assertEquals(linearSigma, linear.sigma(timestep), 6e-6 * linearSigma);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 17, 500, 998, 999})
  void aTimestepIsFoundAgainByItsNoise(int timestep) {
    NoiseSchedule schedule = NoiseSchedule.scaledLinear();

    int found = schedule.nearestTimestep(schedule.sigma(timestep) * 1.0001);

    assertEquals(timestep, found);
  }

  @Test
  void noTimestepLiesOutsideTheTable() {
    NoiseSchedule schedule = NoiseSchedule.scaledLinear();

    assertThrows(IllegalArgumentException.class, () -> schedule.abar(1000));
    assertThrows(IllegalArgumentException.class, () -> schedule.abar(-1));
  }
}
