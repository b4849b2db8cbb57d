package io.releve.codec;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonIdentityInfo;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.annotation.ObjectIdGenerators;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.releve.model.ClusterConfig;
import io.releve.model.Constraint;
import io.releve.model.FencingTarget;
import io.releve.model.Resource;
import io.releve.model.Rule;
import io.releve.model.Score;
import io.releve.state.CloneTransition;
import io.releve.state.OperationResult;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Writes and reads the documents as JSON. The values themselves know nothing of it.
 *
 * <p>Thread-safety: stateless.
 */
public final class Codec {

    private static final JsonMapper MAPPER = variants(JsonMapper.builder())
            .addModule(new Jdk8Module())
            .addModule(new SimpleModule()
                    .addSerializer(Duration.class, ToStringSerializer.instance)
                    .addSerializer(Instant.class, ToStringSerializer.instance)
                    .addSerializer(Score.class, ToStringSerializer.instance)
                    .addDeserializer(Duration.class, new Parser<>(Duration.class, Duration::parse))
                    .addDeserializer(Instant.class, new Parser<>(Instant.class, Instant::parse))
                    .addDeserializer(Score.class, new Parser<>(Score.class, Score::parse)))
            .disable(MapperFeature.AUTO_DETECT_GETTERS, MapperFeature.AUTO_DETECT_IS_GETTERS)
            .visibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            // What a document of an earlier version does not have yet.
            .withConfigOverride(List.class, list -> list.setSetterInfo(JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY)))
            .addMixIn(CloneTransition.class, WrittenOnce.class)
            .withConfigOverride(
                    OperationResult.Details.class,
                    details -> details.setInclude(JsonInclude.Value.construct(
                            JsonInclude.Include.CUSTOM, JsonInclude.Include.ALWAYS, NoDetails.class, null)))
            .withConfigOverride(
                    Optional.class,
                    optional -> optional.setInclude(
                            JsonInclude.Value.construct(JsonInclude.Include.NON_ABSENT, JsonInclude.Include.ALWAYS)))
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private Codec() {}

    /** Has the variants of each sealed type told apart by the simple names of their records. */
    private static JsonMapper.Builder variants(JsonMapper.Builder builder) {
        for (Class<?> sealed : List.of(
                Resource.class, Constraint.class, Constraint.Preference.class, Rule.class, FencingTarget.class)) {
            builder.addMixIn(sealed, Variant.class).registerSubtypes(sealed.getPermittedSubclasses());
        }
        return builder;
    }

    /** The JSON form of a configuration. */
    public static String write(ClusterConfig config) {
        return json(config);
    }

    /** The JSON form of a plan. */
    public static String write(Plan plan) {
        return json(plan);
    }

    /** The JSON form of a report. */
    public static String write(NodeReport report) {
        return json(report);
    }

    /** The JSON form of a record of fencing. */
    public static String write(FencingLog log) {
        return json(log);
    }

    /**
     * Reads a record of fencing.
     *
     * @throws IllegalArgumentException if the text is not one
     */
    public static FencingLog readFencingLog(String text) {
        return read(text, FencingLog.class);
    }

    /**
     * Reads a configuration.
     *
     * @throws IllegalArgumentException if the text is not one
     */
    public static ClusterConfig readConfig(String text) {
        return read(text, ClusterConfig.class);
    }

    /**
     * Reads a plan.
     *
     * @throws IllegalArgumentException if the text is not one
     */
    public static Plan readPlan(String text) {
        return read(text, Plan.class);
    }

    /**
     * Reads a report.
     *
     * @throws IllegalArgumentException if the text is not one
     */
    public static NodeReport readReport(String text) {
        return read(text, NodeReport.class);
    }

    private static String json(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(
                    "cannot write " + value.getClass().getSimpleName() + " as JSON", impossible);
        }
    }

    private static <T> T read(String text, Class<T> type) {
        try {
            return MAPPER.readValue(text, type);
        } catch (JsonProcessingException broken) {
            throw new IllegalArgumentException(
                    "not a " + type.getSimpleName() + " document: " + broken.getOriginalMessage(), broken);
        }
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
    private abstract static class Variant {}

    /** All notifications of a clone say the same of it: a plan has that once, and then by its number. */
    @JsonIdentityInfo(generator = ObjectIdGenerators.IntSequenceGenerator.class, property = "number")
    private abstract static class WrittenOnce {}

    /** Equals what is left out: hardly any result has details. */
    private static final class NoDetails {
        @Override
        public boolean equals(Object other) {
            return OperationResult.Details.NONE.equals(other);
        }

        @Override
        public int hashCode() {
            return OperationResult.Details.NONE.hashCode();
        }
    }

    /**
     * Reads immutable values. A document that is written anew has nearly all its times and durations from the one before, and
     * taking a time apart costs more than the rest of what stands around it.
     */
    private static final class Parser<T> extends FromStringDeserializer<T> {
        private static final long serialVersionUID = 1L;
        private static final int REMEMBERED = 500;
        private final transient Function<String, T> parse;
        private final transient Map<String, T> recent = new ConcurrentHashMap<>();

        Parser(Class<T> type, Function<String, T> parse) {
            super(type);
            this.parse = parse;
        }

        @Override
        protected T _deserialize(String value, DeserializationContext context) {
            T known = recent.get(value);
            if (known != null) {
                return known;
            }
            T parsed = parse.apply(value);
            if (recent.size() >= REMEMBERED) {
                recent.clear();
            }
            recent.put(value, parsed);
            return parsed;
        }
    }
}
