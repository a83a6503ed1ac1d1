package dev.lockbroker.it;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Holds JSON against a JSON Schema. Knows the part of the language that our schemas use; anything
 * else in a schema is an error, so that nothing in it goes unchecked.
 */
final class Schema {
  private static final Set<String> WORDS =
      Set.of(
          "$schema",
          "$id",
          "$defs",
          "title",
          "description",
          "type",
          "properties",
          "required",
          "additionalProperties",
          "items",
          "enum",
          "const",
          "anyOf",
          "$ref",
          "minimum",
          "pattern");

  private final Map<?, ?> root;
  private final List<String> faults = new ArrayList<>();

  Schema(String text) {
    this.root = (Map<?, ?>) Json.parse(text).raw();
  }

  /** What is wrong with the text; empty if nothing. */
  List<String> faultsOf(String json) {
    faults.clear();
    check(root, Json.parse(json).raw(), "$");
    return List.copyOf(faults);
  }

  private void check(Map<?, ?> schema, Object value, String at) {
    for (Object word : schema.keySet()) {
      require(WORDS.contains(word), at, "the schema says " + word);
    }
    if (schema.get("$ref") instanceof String reference) {
      check(resolve(reference), value, at);
    }
    if (schema.containsKey("const")) {
      require(schema.get("const").equals(value), at, "is " + value);
    }
    if (schema.get("enum") instanceof List<?> allowed) {
      require(allowed.contains(value), at, "is " + value + ", not one of " + allowed);
    }
    if (schema.get("anyOf") instanceof List<?> choices) {
      anyOf(choices, value, at);
    }
    Object type = schema.get("type");
    if (type != null) {
      List<?> types = type instanceof List<?> several ? several : List.of(type);
      require(types.contains(typeOf(value)), at, "is a " + typeOf(value) + ", not " + types);
    }
    if (schema.get("minimum") instanceof Long least) {
      require(value instanceof Long number && number >= least, at, "is " + value);
    }
    if (schema.get("pattern") instanceof String pattern) {
      require(java.util.regex.Pattern.compile(pattern).matcher("" + value).find(), at, "" + value);
    }
    if (value instanceof Map<?, ?> object) {
      members(schema, object, at);
    }
    if (value instanceof List<?> elements && schema.get("items") instanceof Map<?, ?> items) {
      for (int i = 0; i < elements.size(); i++) {
        check(items, elements.get(i), at + "[" + i + "]");
      }
    }
  }

  private void members(Map<?, ?> schema, Map<?, ?> object, String at) {
    if (schema.get("required") instanceof List<?> required) {
      required.forEach(name -> require(object.containsKey(name), at, "has no " + name));
    }
    if (schema.get("properties") instanceof Map<?, ?> properties) {
      for (Map.Entry<?, ?> member : object.entrySet()) {
        if (properties.get(member.getKey()) instanceof Map<?, ?> known) {
          check(known, member.getValue(), at + "." + member.getKey());
        } else {
          boolean open = !Boolean.FALSE.equals(schema.get("additionalProperties"));
          require(open, at, "has " + member.getKey() + ", which is not described");
        }
      }
    }
  }

  private void anyOf(List<?> choices, Object value, String at) {
    List<String> before = List.copyOf(faults);
    List<String> all = new ArrayList<>();
    for (Object choice : choices) {
      faults.clear();
      check((Map<?, ?>) choice, value, at);
      all.addAll(faults);
      if (faults.isEmpty()) {
        faults.addAll(before);
        return;
      }
    }
    faults.clear();
    faults.addAll(before);
    faults.addAll(all);
  }

  private Map<?, ?> resolve(String reference) {
    Map<?, ?> found = root;
    for (String word : reference.substring(2).split("/", -1)) {
      if (!(found.get(word) instanceof Map<?, ?> next)) {
        throw new AssertionError("the schema has no " + reference);
      }
      found = next;
    }
    return found;
  }

  private static String typeOf(Object value) {
    if (value instanceof String) {
      return "string";
    }
    if (value instanceof Map<?, ?>) {
      return "object";
    }
    if (value instanceof List<?>) {
      return "array";
    }
    if (value instanceof Boolean) {
      return "boolean";
    }
    return value instanceof Long ? "integer" : "null".equals(value.toString()) ? "null" : "number";
  }

  private void require(boolean holds, String at, String fault) {
    if (!holds) {
      faults.add(at + " " + fault);
    }
  }
}
