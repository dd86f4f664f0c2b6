package dev.voxelmill.gpu.eval;

/** What is compared, in the order of the table. */
enum Variant {
  DISTILLATION("distillation", "the whole method"),
  PROJECTION("projection alone", "the generated views fitted for longer, no distillation"),
  HULL("visual hull", "the intersection of the generated views' silhouettes"),
  INPUT_ONLY("input view only", "a field fitted to the input view, no prior"),
  COPY("copy of input view", "the input picture from every side");

  private final String title;
  private final String meaning;

  Variant(String title, String meaning) {
    this.title = title;
    this.meaning = meaning;
  }

  String title() {
    return title;
  }

  String meaning() {
    return meaning;
  }
}
