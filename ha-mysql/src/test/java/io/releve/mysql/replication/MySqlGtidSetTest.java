package io.releve.mysql.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MySqlGtidSetTest {

    private static final String A = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
    private static final String B = "4e11fa47-71ca-11e1-9e33-c80aa9429562";

    private static MySqlGtidSet set(String text) {
        return MySqlGtidSet.parse(text);
    }

    @Test
    void shouldReadWhatTheServerWrites() {
        assertThat(set(A + ":1-5:7,\n" + B + ":1")).hasToString(A + ":1-5:7," + B + ":1");
        assertThat(set(A.toUpperCase(java.util.Locale.ROOT) + ": 3 : 1-2")).hasToString(A + ":1-3");
        assertThat(set("").isEmpty()).isTrue();
    }

    /** What is owned and what is executed come as two texts. */
    @Test
    void shouldMergeEntriesOfOneSource() {
        assertThat(set(A + ":209:212," + A + ":1-208:210-211")).hasToString(A + ":1-212");
    }

    @Test
    void shouldKeepTagsApart() {
        MySqlGtidSet tagged = set(A + ":1-3:backup:1-2:5:other:9");
        assertThat(tagged).hasToString(A + ":1-3," + A + ":backup:1-2:5," + A + ":other:9");
        assertThat(tagged.contains(set(A + ":backup:2"))).isTrue();
        assertThat(tagged.contains(set(A + ":other:2"))).isFalse();
    }

    @Test
    void shouldContainWhatItHas() {
        assertThat(set(A + ":1-10").contains(set(A + ":3-4:7"))).isTrue();
        assertThat(set(A + ":1-10").contains(set(A + ":3-11"))).isFalse();
        assertThat(set(A + ":1-10").contains(set(B + ":1"))).isFalse();
        assertThat(set(A + ":1").contains(set(""))).isTrue();
        assertThat(set("").contains(set(A + ":1"))).isFalse();
    }

    @Test
    void shouldNameErrantTransactions() {
        assertThat(set(A + ":1-10," + B + ":1-3").minus(set(A + ":1-4:6-12"))).hasToString(A + ":5," + B + ":1-3");
    }

    /** The arithmetic of intervals against that of plain sets of numbers. */
    @Test
    void shouldAgreeWithSetsOfNumbers() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            Set<Integer> x = numbers(random);
            Set<Integer> y = numbers(random);
            MySqlGtidSet a = of(x);
            MySqlGtidSet b = of(y);
            Set<Integer> union = new TreeSet<>(x);
            union.addAll(y);
            Set<Integer> rest = new TreeSet<>(x);
            rest.removeAll(y);
            assertThat(a.union(b)).as("seed %d", seed).isEqualTo(of(union));
            assertThat(a.minus(b)).as("seed %d", seed).isEqualTo(of(rest));
            assertThat(a.contains(b)).as("seed %d", seed).isEqualTo(x.containsAll(y));
            assertThat(set(a.toString())).as("seed %d", seed).isEqualTo(a).hasSameHashCodeAs(a);
        }
    }

    private static Set<Integer> numbers(Random random) {
        Set<Integer> numbers = new TreeSet<>();
        for (int i = random.nextInt(12); i > 0; i--) {
            numbers.add(1 + random.nextInt(15));
        }
        return numbers;
    }

    private static MySqlGtidSet of(Set<Integer> numbers) {
        return set(
                numbers.isEmpty()
                        ? ""
                        : A + ":" + numbers.stream().map(String::valueOf).collect(Collectors.joining(":")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1-1-5",
                "3e11fa47",
                "3e11fa47-71ca-11e1-9e33-c80aa9429562",
                "3e11fa47-71ca-11e1-9e33-c80aa9429562:0",
                "3e11fa47-71ca-11e1-9e33-c80aa9429562:5-3",
                "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-99999999999999999999",
                "3e11fa47-71ca-11e1-9e33-c80aa9429562:"
            })
    void shouldRefuseWhatIsNoSet(String text) {
        assertThatThrownBy(() -> set(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(text);
    }

    @Test
    void shouldNotCompareWithMariaDb() {
        assertThatThrownBy(() -> set(A + ":1").contains(MariaDbGtidSet.parse("1-1-1")))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
