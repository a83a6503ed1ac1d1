package dev.lockbroker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class JsonTest {
  @Test
  void objects_and_arrays_nest() {
    Json json = new Json().object().put("a", 1).put("b", true).array("c").add(2).add("x").object();
    json.put("d", (String) null).end().end().object("e").end().end();
    assertEquals("{\"a\":1,\"b\":true,\"c\":[2,\"x\",{\"d\":null}],\"e\":{}}", json.toString());
  }

  @Test
  void quotes_and_controls_are_escaped() {
    assertEquals("{\"a\":\"\\\"\\\\\\n\\u0009\\u001b\\u007f\"}", text("\"\\\n\t\u001b\u007f"));
  }

  @Test
  void letters_of_all_languages_stay() {
    assertEquals("{\"a\":\"Grüße 你好\"}", text("Grüße 你好"));
  }

  @Test
  void text_cannot_turn_the_terminal_round() {
    assertEquals("{\"a\":\"\\u202e\\u2066\\u2028\\u0085\"}", text("\u202e\u2066\u2028\u0085"));
  }

  @Test
  void a_character_beyond_16_bits_is_a_pair_of_escapes() {
    assertEquals("{\"a\":\"\\ud83d\\ude00\"}", text("😀"));
  }

  private static String text(String value) {
    return new Json().object().put("a", value).end().toString();
  }
}
