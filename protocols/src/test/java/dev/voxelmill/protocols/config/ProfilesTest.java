package dev.voxelmill.protocols.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProfilesTest {
  @AfterEach
  void forgetProfile() {
    System.clearProperty(ConfFile.PROFILE);
  }

  @Test
  void allProfilesGiveTheSameKeys() {
    Set<String> fast = keys("fast");

    assertEquals(fast, keys("production"));
    assertTrue(fast.contains("owner.lease"), fast::toString);
  }

  @Test
  void withoutAChoiceItIsTheProfileOfOneMachine() {
    assertEquals(Duration.ofMillis(2500), supervisors().getDuration("owner.lease"));
  }

  @Test
  void theChosenProfileGivesTheValues() {
    System.setProperty(ConfFile.PROFILE, "production");

    assertEquals(Duration.ofSeconds(5), supervisors().getDuration("owner.lease"));
    assertEquals(Duration.ofSeconds(1), supervisors().getDuration("owner.offer"));
  }

  @Test
  void aProfileThatIsNoFileOfTheDirectoryIsRefused() {
    System.setProperty(ConfFile.PROFILE, "../fast");
    assertTrue(
        assertThrows(InvalidConfigException.class, ProfilesTest::supervisors)
            .getMessage()
            .startsWith("profile: '../fast' (expected:"));

    System.setProperty(ConfFile.PROFILE, "slow");
    assertTrue(
        assertThrows(InvalidConfigException.class, ProfilesTest::supervisors)
            .getMessage()
            .contains("profiles/slow.conf"));
  }

  private static Config supervisors() {
    return ConfFile.read("supervisor.conf");
  }

  private static Set<String> keys(String profile) {
    Set<String> keys = new TreeSet<>();
    ConfigFactory.parseFile(
            ConfFile.directory().resolve("profiles").resolve(profile + ".conf").toFile())
        .entrySet()
        .forEach(entry -> keys.add(entry.getKey()));
    return keys;
  }
}
