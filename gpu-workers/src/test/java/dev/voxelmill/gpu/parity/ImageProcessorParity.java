package dev.voxelmill.gpu.parity;

import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.clip.ClipImageProcessor;
import dev.voxelmill.gpu.clip.RgbPixels;
import dev.voxelmill.gpu.fixtures.FixtureTensor;

/** Pictures through image processors; an answer's name is the processor's and the picture's. */
final class ImageProcessorParity implements CaseKind {

  @Override
  public Answers answer(NDManager scope, Recording recording) {
    Answers answers = new Answers();
    for (String name : recording.expected().keySet()) {
      String processor = name.substring(0, name.indexOf('.'));
      FixtureTensor picture = recording.input(name.substring(processor.length() + 1));
      byte[] rgb = new byte[picture.size()];
      picture.bytes().duplicate().get(rgb);
      float[] planes =
          ClipImageProcessor.of(recording.folder("case.json"), recording.config(processor))
              .process(new RgbPixels(picture.shape().get(1), picture.shape().get(0), rgb))
              .values();
      answers.put(name, Answers.doubles(planes));
    }
    return answers;
  }
}
