package dev.voxelmill.gpu.toys;

import static dev.voxelmill.gpu.toys.Parts.aboutX;
import static dev.voxelmill.gpu.toys.Parts.aboutY;
import static dev.voxelmill.gpu.toys.Parts.aboutZ;
import static dev.voxelmill.gpu.toys.Parts.hsv;
import static dev.voxelmill.gpu.toys.Parts.randomColour;
import static dev.voxelmill.gpu.toys.Parts.times;
import static dev.voxelmill.gpu.toys.Parts.vec;

import dev.voxelmill.gpu.toys.Primitive.Shape;

/**
 * A family of toys: how its parts follow from the draws of a generator.
 *
 * <p>The order of draws is part of the definition: a seed names an object only as long as nobody
 * reorders two lines.
 */
public enum ToyFamily {
  CAR {
    @Override
    Parts build(NumpyGenerator g) {
      double length = g.uniform(.8, 1.1);
      double width = g.uniform(.36, .52);
      double height = g.uniform(.14, .24);
      double wheelRadius = g.uniform(.12, .19);
      double[] paint = randomColour(g);
      double[] cabinPaint = g.random() < .6 ? randomColour(g) : times(paint, .75);
      Parts car = new Parts();
      car.add(Shape.BOX, vec(0, 0, wheelRadius + height), vec(length, width, height), paint);
      double cabinLength = g.uniform(.3, .55);
      double cabinHeight = g.uniform(.14, .26);
      double cabinX = g.uniform(-.45, .1) * length;
      Shape cabin = g.random() < .6 ? Shape.BOX : Shape.SPHERE;
      double cabinZ = wheelRadius + 2 * height + cabinHeight - .04;
      car.add(
          cabin, vec(cabinX, 0, cabinZ), vec(cabinLength, width * .85, cabinHeight), cabinPaint);
      for (int sx = -1; sx <= 1; sx += 2) {
        for (int sy = -1; sy <= 1; sy += 2) {
          car.add(
              Shape.CYLINDER,
              vec(sx * length * .6, sy * width, wheelRadius),
              vec(wheelRadius, wheelRadius, .09),
              vec(.12, .12, .14),
              aboutX(90));
        }
      }
      if (g.random() < .8) {
        for (int sy = -1; sy <= 1; sy += 2) {
          car.add(
              Shape.SPHERE,
              vec(length, sy * width * .6, wheelRadius + height),
              vec(.08, .1, .08),
              vec(.98, .85, .25));
        }
      }
      return car;
    }
  },

  ANIMAL {
    @Override
    Parts build(NumpyGenerator g) {
      double a = g.uniform(.5, .75);
      double b = g.uniform(.26, .4);
      double h = g.uniform(.26, .38);
      double legLength = g.uniform(.3, .55);
      double[] coat = randomColour(g);
      double[] headCoat = g.random() < .4 ? randomColour(g) : times(coat, .8);
      double z = legLength + h * .7;
      Parts animal = new Parts().add(Shape.SPHERE, vec(0, 0, z), vec(a, b, h), coat);
      double head = g.uniform(.22, .34);
      double headX = a * .95;
      double headZ = z + g.uniform(.1, .4);
      animal.add(
          Shape.SPHERE, vec(headX, 0, headZ), vec(head * g.uniform(1, 1.25), head, head), headCoat);
      double leg = g.uniform(.07, .12);
      for (int sx = -1; sx <= 1; sx += 2) {
        for (int sy = -1; sy <= 1; sy += 2) {
          animal.add(
              Shape.CYLINDER,
              vec(sx * a * .6, sy * b * .6, legLength / 2),
              vec(leg, leg, legLength / 2 + .05),
              times(coat, .7));
        }
      }
      double ear = g.uniform(.12, .24);
      for (int sy = -1; sy <= 1; sy += 2) {
        double[] earCoat = g.random() < .2 ? randomColour(g) : times(coat, .6);
        animal.add(
            Shape.CONE,
            vec(headX - .05, sy * head * .6, headZ + head * .8 + ear * .3),
            vec(.09, .09, ear),
            earCoat);
      }
      animal.add(
          Shape.CONE,
          vec(-a - .12, 0, z + .1),
          vec(.07, .07, g.uniform(.18, .32)),
          times(coat, .7),
          aboutY(-60));
      double noseX = headX + head * 1.1;
      return animal.add(
          Shape.SPHERE, vec(noseX, 0, headZ - .03), vec(.08, .1, .08), vec(.15, .1, .1));
    }
  },

  MUG {
    @Override
    Parts build(NumpyGenerator g) {
      double r = g.uniform(.38, .55);
      double h = g.uniform(.42, .65);
      double[] glaze = randomColour(g);
      Parts mug = new Parts().add(Shape.CYLINDER, vec(0, 0, h), vec(r, r, h), glaze);
      double ring = g.uniform(.24, .36);
      double[] handleGlaze = g.random() < .5 ? randomColour(g) : times(glaze, .8);
      mug.addTorus(vec(r * 1.02, 0, h), ring, handleGlaze, aboutX(90), g.uniform(.2, .32));
      double[] drink = g.random() < .6 ? vec(.3, .17, .08) : randomColour(g);
      mug.add(Shape.CYLINDER, vec(0, 0, 2 * h), vec(r * .85, r * .85, .02), drink);
      if (g.random() < .6) {
        double bandZ = h * g.uniform(.5, 1.5);
        double band = h * g.uniform(.1, .25);
        mug.add(Shape.CYLINDER, vec(0, 0, bandZ), vec(r * 1.02, r * 1.02, band), randomColour(g));
      }
      return mug;
    }
  },

  HOUSE {
    @Override
    Parts build(NumpyGenerator g) {
      double a = g.uniform(.45, .75);
      double b = g.uniform(.4, .6);
      double h = g.uniform(.3, .5);
      Parts house = new Parts().add(Shape.BOX, vec(0, 0, h), vec(a, b, h), randomColour(g));
      double roof = g.uniform(.22, .4);
      double[] tiles = randomColour(g, .4, .8);
      if (g.random() < .5) {
        house.add(Shape.PRISM, vec(0, 0, 2 * h + roof), vec(a * 1.12, b * 1.15, roof), tiles);
      } else {
        house.add(Shape.CONE, vec(0, 0, 2 * h + roof), vec(a * 1.3, b * 1.3, roof), tiles);
      }
      house.add(
          Shape.BOX,
          vec(-a * .5, b * .35, 2 * h + roof),
          vec(.09, .09, roof * 1.2),
          times(tiles, .6));
      double[] door = vec(a, g.uniform(-.1, .1), h * .5);
      house.add(Shape.BOX, door, vec(.04, .13, h * .5), randomColour(g));
      if (g.random() < .6) {
        for (int sx = -1; sx <= 1; sx += 2) {
          house.add(
              Shape.BOX, vec(sx * a * .5, -b, h * 1.1), vec(.12, .03, .12), vec(.35, .65, .9));
        }
      }
      return house;
    }
  },

  CHAIR {
    @Override
    Parts build(NumpyGenerator g) {
      double a = g.uniform(.38, .5);
      double b = g.uniform(.36, .5);
      double legHeight = g.uniform(.4, .65);
      double t = g.uniform(.05, .1);
      double back = g.uniform(.35, .6);
      double[] seat = randomColour(g);
      double[] backPaint = g.random() < .7 ? randomColour(g) : seat;
      double[] legPaint = randomColour(g, .3, .7);
      Parts chair = new Parts().add(Shape.BOX, vec(0, 0, legHeight + t), vec(a, b, t), seat);
      chair.add(
          Shape.BOX, vec(-a + .05, 0, legHeight + 2 * t + back), vec(.06, b, back), backPaint);
      double leg = g.uniform(.05, .08);
      for (int sx = -1; sx <= 1; sx += 2) {
        for (int sy = -1; sy <= 1; sy += 2) {
          chair.add(
              Shape.CYLINDER,
              vec(sx * (a - leg), sy * (b - leg), legHeight / 2),
              vec(leg, leg, legHeight / 2),
              legPaint);
        }
      }
      if (g.random() < .4) {
        for (int sy = -1; sy <= 1; sy += 2) {
          chair.add(
              Shape.BOX,
              vec(0, sy * (b - .05), legHeight + t + .28),
              vec(a * .8, .05, .05),
              legPaint);
        }
      }
      return chair;
    }
  },

  ROCKET {
    @Override
    Parts build(NumpyGenerator g) {
      double r = g.uniform(.22, .34);
      double h = g.uniform(.45, .75);
      double[] hull = randomColour(g);
      double[] trim = randomColour(g);
      Parts rocket = new Parts().add(Shape.CYLINDER, vec(0, 0, h + .15), vec(r, r, h), hull);
      double nose = g.uniform(.18, .35);
      rocket.add(Shape.CONE, vec(0, 0, 2 * h + .15 + nose), vec(r, r, nose), trim);
      double fin = g.uniform(.18, .32);
      for (int k = 0; k < 3; k++) {
        double[] turn = aboutZ(120 * k);
        double reach = r + fin * .6;
        double[] root = vec(turn[0] * reach, turn[3] * reach, .3);
        rocket.add(Shape.BOX, root, vec(fin * .8, .05, .25), trim, turn);
      }
      double[] window = vec(r * .85, 0, .15 + h * g.uniform(1.1, 1.5));
      rocket.add(Shape.SPHERE, window, vec(.1, .13, .13), vec(.3, .75, .95));
      if (g.random() < .5) {
        double[] band = vec(0, 0, .15 + h * g.uniform(.4, .9));
        rocket.add(Shape.CYLINDER, band, vec(r * 1.03, r * 1.03, h * .12), randomColour(g));
      }
      return rocket;
    }
  },

  DUCK {
    @Override
    Parts build(NumpyGenerator g) {
      double a = g.uniform(.5, .66);
      double b = g.uniform(.34, .46);
      double h = g.uniform(.28, .38);
      double[] feathers = randomColour(g, .6, 1);
      Parts duck = new Parts().add(Shape.SPHERE, vec(0, 0, h), vec(a, b, h), feathers);
      double head = g.uniform(.22, .32);
      double headX = a * g.uniform(.5, .8);
      double headZ = 2 * h + head * .6;
      double[] headFeathers = g.random() < .6 ? feathers : randomColour(g);
      duck.add(Shape.SPHERE, vec(headX, 0, headZ), vec(head, head, head), headFeathers);
      duck.add(
          Shape.CONE,
          vec(headX + head * 1.15, 0, headZ - .02),
          vec(.1, .12, g.uniform(.14, .24)),
          vec(.95, .5, .1),
          aboutY(90));
      duck.add(
          Shape.CONE,
          vec(-a * .95, 0, h * 1.45),
          vec(.14, .2, g.uniform(.18, .3)),
          times(feathers, .85),
          aboutY(-50));
      for (int sy = -1; sy <= 1; sy += 2) {
        double[] wing = g.random() < .7 ? times(feathers, .7) : randomColour(g);
        duck.add(Shape.SPHERE, vec(-.05, sy * b * .92, h * 1.1), vec(.28, .08, .16), wing);
      }
      for (int sy = -1; sy <= 1; sy += 2) {
        double[] eye = vec(headX + head * .75, sy * head * .55, headZ + .08);
        duck.add(Shape.SPHERE, eye, vec(.05, .05, .05), vec(.08, .08, .1));
      }
      return duck;
    }
  },

  TREE {
    @Override
    Parts build(NumpyGenerator g) {
      double trunk = g.uniform(.25, .5);
      double trunkRadius = g.uniform(.08, .15);
      Parts tree = new Parts();
      tree.add(
          Shape.CYLINDER,
          vec(0, 0, trunk),
          vec(trunkRadius, trunkRadius, trunk),
          vec(.45, .28, .12));
      double hue = g.uniform(.05, .45);
      double saturation = g.uniform(.6, 1);
      double[] leaves = hsv(hue, saturation, g.uniform(.4, .85));
      int kind = g.integer(3);
      double r = g.uniform(.4, .6);
      switch (kind) {
        case 0 -> addFir(tree, g, trunk, r, leaves);
        case 1 -> {
          double[] crown = vec(r, r * g.uniform(.8, 1), r * g.uniform(.7, 1));
          tree.add(Shape.SPHERE, vec(0, 0, 2 * trunk + r * .7), crown, leaves);
          double[] bush = vec(r * .6, r * g.uniform(-.5, .5), 2 * trunk + r * g.uniform(.2, .6));
          tree.add(Shape.SPHERE, bush, vec(r * .55, r * .55, r * .55), times(leaves, .8));
        }
        default -> addMushroom(tree, g, trunk, r);
      }
      double[] stone = vec(g.uniform(.3, .5), g.uniform(-.2, .2), .1);
      return tree.add(Shape.BOX, stone, vec(.12, .1, .1), randomColour(g));
    }
  };

  abstract Parts build(NumpyGenerator g);

  private static void addFir(
      Parts tree, NumpyGenerator g, double trunk, double r, double[] leaves) {
    double z = 2 * trunk;
    double radius = r;
    int tiers = 2 + g.integer(2);
    for (int i = 0; i < tiers; i++) {
      double[] shade = times(leaves, .85 + .15 * (i % 2));
      tree.add(Shape.CONE, vec(0, 0, z + .3), vec(radius, radius, .35), shade);
      z += .33;
      radius *= .78;
    }
  }

  private static void addMushroom(Parts tree, NumpyGenerator g, double trunk, double r) {
    double[] cap = randomColour(g);
    double[] size = vec(r * 1.15, r * 1.15, g.uniform(.25, .4));
    tree.add(Shape.CONE, vec(0, 0, 2 * trunk + .2), size, cap);
    for (int i = 0; i < 3; i++) {
      double angle = g.uniform(0, 6.28);
      double[] dot = vec(Math.cos(angle) * r * .65, Math.sin(angle) * r * .65, 2 * trunk + .1);
      tree.add(Shape.SPHERE, dot, vec(.11, .11, .11), randomColour(g, .8, 1));
    }
  }
}
