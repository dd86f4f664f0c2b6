package dev.voxelmill.gpu.engine;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.Method;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/** Runs every test method of the class, and what goes before and after each, on a device thread. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(OnDeviceThread.Extension.class)
public @interface OnDeviceThread {
  /** The tests of one JVM share one device thread, as the tasks of a worker do. */
  final class Extension implements InvocationInterceptor {
    private static final DeviceThread THREAD = DeviceThread.open("device-under-test");

    @Override
    public void interceptBeforeEachMethod(
        Invocation<Void> invocation,
        ReflectiveInvocationContext<Method> method,
        ExtensionContext context) {
      proceed(invocation);
    }

    @Override
    public void interceptTestMethod(
        Invocation<Void> invocation,
        ReflectiveInvocationContext<Method> method,
        ExtensionContext context) {
      proceed(invocation);
    }

    @Override
    public void interceptTestTemplateMethod(
        Invocation<Void> invocation,
        ReflectiveInvocationContext<Method> method,
        ExtensionContext context) {
      proceed(invocation);
    }

    @Override
    public void interceptAfterEachMethod(
        Invocation<Void> invocation,
        ReflectiveInvocationContext<Method> method,
        ExtensionContext context) {
      proceed(invocation);
    }

    private static void proceed(Invocation<Void> invocation) {
      THREAD.run(
          () -> {
            try {
              invocation.proceed();
            } catch (Exception | Error e) {
              throw e;
            } catch (Throwable e) {
              throw new IllegalStateException(e);
            }
          });
    }
  }
}
