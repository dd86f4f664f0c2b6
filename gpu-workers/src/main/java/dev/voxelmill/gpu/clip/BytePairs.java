package dev.voxelmill.gpu.clip;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Splits words into the pieces of a learnt vocabulary by merging, again and again, the neighbours
 * that were learnt first (Sennrich et al., "Neural Machine Translation of Rare Words with Subword
 * Units", 2016, section 3.2), on bytes, as GPT-2 and CLIP do.
 */
final class BytePairs {
  private static final String END_OF_WORD = "</w>";
  private static final int FIRST_STAND_IN = 256;
  private static final int MOST_REMEMBERED = 50_000;
  private static final String[] CHARACTER_OF_BYTE = charactersOfBytes();

  private final Map<String, Integer> vocabulary;
  private final Map<Pair, Integer> ranks;
  private final Optional<Integer> unknown;
  private final Map<String, List<Integer>> known = new ConcurrentHashMap<>();

  /** Two neighbouring pieces. */
  record Pair(String left, String right) {}

  /**
   * @param vocabulary number of each piece
   * @param ranks pairs by the order in which they were learnt
   * @param unknown what stands for a piece without a number; without it such a piece is an error
   */
  BytePairs(Map<String, Integer> vocabulary, Map<Pair, Integer> ranks, Optional<Integer> unknown) {
    this.vocabulary = Map.copyOf(vocabulary);
    this.ranks = Map.copyOf(ranks);
    this.unknown = unknown;
  }

  /** The numbers of a word's pieces. */
  List<Integer> encode(String word) {
    List<Integer> ids = known.get(word);
    if (ids == null) {
      ids = pieces(word).stream().map(this::number).toList();
      if (known.size() < MOST_REMEMBERED) {
        known.put(word, ids);
      }
    }
    return ids;
  }

  private int number(String piece) {
    Integer id = vocabulary.get(piece);
    if (id == null) {
      id = unknown.orElseThrow(() -> new IllegalStateException("no number for piece " + piece));
    }
    return id;
  }

  private List<String> pieces(String word) {
    List<String> pieces = new ArrayList<>();
    for (byte one : word.getBytes(StandardCharsets.UTF_8)) {
      pieces.add(CHARACTER_OF_BYTE[Byte.toUnsignedInt(one)]);
    }
    pieces.set(pieces.size() - 1, pieces.getLast() + END_OF_WORD);
    Pair first = firstLearnt(pieces);
    while (ranks.containsKey(first)) {
      pieces = merged(pieces, first);
      first = firstLearnt(pieces);
    }
    return pieces;
  }

  /** The pair of neighbours that was learnt first; any, if none was learnt. */
  private Pair firstLearnt(List<String> pieces) {
    Pair first = new Pair(pieces.getFirst(), "");
    for (int i = 0; i + 1 < pieces.size(); i++) {
      Pair pair = new Pair(pieces.get(i), pieces.get(i + 1));
      if (rank(pair) < rank(first)) {
        first = pair;
      }
    }
    return first;
  }

  private int rank(Pair pair) {
    return ranks.getOrDefault(pair, Integer.MAX_VALUE);
  }

  private static List<String> merged(List<String> pieces, Pair pair) {
    List<String> merged = new ArrayList<>();
    for (int i = 0; i < pieces.size(); i++) {
      if (i + 1 < pieces.size()
          && pieces.get(i).equals(pair.left())
          && pieces.get(i + 1).equals(pair.right())) {
        merged.add(pair.left() + pair.right());
        i++;
      } else {
        merged.add(pieces.get(i));
      }
    }
    return merged;
  }

  /** Printable bytes stand for themselves, the others for characters from 256 on. */
  private static String[] charactersOfBytes() {
    String[] characters = new String[256];
    int next = FIRST_STAND_IN;
    for (int one = 0; one < characters.length; one++) {
      boolean printable = (one >= '!' && one <= '~') || (one >= 0xa1 && one != 0xad);
      characters[one] = Character.toString(printable ? one : next++);
    }
    return characters;
  }
}
