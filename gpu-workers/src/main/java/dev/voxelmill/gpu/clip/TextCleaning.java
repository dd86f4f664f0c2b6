package dev.voxelmill.gpu.clip;

import java.nio.charset.Charset;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jsoup.parser.Parser;

/**
 * Brings a text into the form whose pieces CLIP has learnt, as its authors did with ftfy 6.3.1
 * (rspeer/python-ftfy, {@code fix_text}) and a few lines of their own.
 *
 * <p>Carried over from ftfy: entities that end in a semicolon, unless the text has a {@code <};
 * letters and signs of Windows-1252 that were read as control characters; terminal escapes; Latin
 * ligatures; full and half width; curly quotes; line breaks; lone surrogates; control characters;
 * composition (NFC); all of it until nothing changes. Not carried over is the guessing of wrongly
 * decoded bytes, so {@code "Ã©"} stays as it is here and would become {@code "é"} there, and
 * entities in capitals, such as EACUTE.
 */
enum TextCleaning {
  /** transformers' {@code CLIPTokenizer}, which diffusers uses: no more entities than ftfy's. */
  TRANSFORMERS,
  /** openai/CLIP's {@code simple_tokenizer}: then twice HTML5's entities, with any ending. */
  OPENAI;

  private static final Pattern ENTITY = Pattern.compile("&#?[0-9A-Za-z]{1,24};");
  private static final Pattern ANY_ENTITY =
      Pattern.compile("&(#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\\t\\n\\f <&#;]{1,32};?)");
  private static final Pattern C1_CONTROL = Pattern.compile("[\u0080-\u009f]");
  private static final Charset WESTERN = Charset.forName("windows-1252");
  private static final String UNDEFINED = "\ufffd";
  private static final Pattern TERMINAL_ESCAPE = Pattern.compile("\u001b\\[[\\d;]*[a-zA-Z]");
  private static final Pattern SINGLE_QUOTE = Pattern.compile("[\u02bc\u2018-\u201b]");
  private static final Pattern DOUBLE_QUOTE = Pattern.compile("[\u201c-\u201f]");
  private static final Pattern LINE_BREAK = Pattern.compile("\r\n|[\r\u2028\u2029]");
  private static final Pattern CONTROL =
      Pattern.compile("[\u0000-\u0008\u000b\u000e-\u001f\u007f\u206a-\u206f\ufeff\ufff9-\ufffc]");
  private static final Pattern WIDE_OR_NARROW = Pattern.compile("[\u3000\uff01-\uffef]");
  private static final Pattern LONE_SURROGATE = Pattern.compile("[\ud800-\udfff]");
  private static final Pattern SPACE = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Map<String, String> LIGATURES =
      Map.ofEntries(
          Map.entry("\u0132", "IJ"),
          Map.entry("\u0133", "ij"),
          Map.entry("\u0149", "\u02bcn"),
          Map.entry("\u01f1", "DZ"),
          Map.entry("\u01f2", "Dz"),
          Map.entry("\u01f3", "dz"),
          Map.entry("\u01c4", "D\u017d"),
          Map.entry("\u01c5", "D\u017e"),
          Map.entry("\u01c6", "d\u017e"),
          Map.entry("\u01c7", "LJ"),
          Map.entry("\u01c8", "Lj"),
          Map.entry("\u01c9", "lj"),
          Map.entry("\u01ca", "NJ"),
          Map.entry("\u01cb", "Nj"),
          Map.entry("\u01cc", "nj"),
          Map.entry("\ufb00", "ff"),
          Map.entry("\ufb01", "fi"),
          Map.entry("\ufb02", "fl"),
          Map.entry("\ufb03", "ffi"),
          Map.entry("\ufb04", "ffl"),
          Map.entry("\ufb05", "\u017ft"),
          Map.entry("\ufb06", "st"));
  private static final Pattern LIGATURE =
      Pattern.compile(
          LIGATURES.keySet().stream().sorted().collect(Collectors.joining("", "[", "]")));

  /** The text in lower case, its words apart by one blank each. */
  String clean(String text) {
    String fixed = fix(text);
    if (this == OPENAI) {
      fixed = unescaped(ANY_ENTITY, unescaped(ANY_ENTITY, fixed));
    }
    return SPACE.matcher(fixed).replaceAll(" ").strip().toLowerCase(Locale.ROOT);
  }

  /** What ftfy makes of a text. */
  static String fix(String text) {
    boolean mayBeHtml = text.contains("<");
    String before;
    String fixed = text;
    do {
      before = fixed;
      if (!mayBeHtml) {
        fixed = unescaped(ENTITY, fixed);
      }
      fixed = C1_CONTROL.matcher(fixed).replaceAll(match -> western(match.group()));
      fixed = TERMINAL_ESCAPE.matcher(fixed).replaceAll("");
      fixed = LIGATURE.matcher(fixed).replaceAll(match -> LIGATURES.get(match.group()));
      fixed =
          WIDE_OR_NARROW
              .matcher(fixed)
              .replaceAll(match -> Normalizer.normalize(match.group(), Normalizer.Form.NFKC));
      fixed = SINGLE_QUOTE.matcher(fixed).replaceAll("'");
      fixed = DOUBLE_QUOTE.matcher(fixed).replaceAll("\"");
      fixed = LINE_BREAK.matcher(fixed).replaceAll("\n");
      fixed = LONE_SURROGATE.matcher(fixed).replaceAll("\ufffd");
      fixed = CONTROL.matcher(fixed).replaceAll("");
      fixed = Normalizer.normalize(fixed, Normalizer.Form.NFC);
    } while (!fixed.equals(before));
    return fixed;
  }

  /** What a byte of that value is in Windows-1252; itself where that defines nothing. */
  private static String western(String control) {
    String read = new String(new byte[] {(byte) control.charAt(0)}, WESTERN);
    return read.equals(UNDEFINED) ? control : read;
  }

  private static String unescaped(Pattern entity, String text) {
    return entity
        .matcher(text)
        .replaceAll(
            match -> Matcher.quoteReplacement(Parser.unescapeEntities(match.group(), false)));
  }
}
