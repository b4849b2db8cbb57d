package io.releve.lab.measure;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.lab.measure.Spans.Span;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpansTest {

    private static final long MS = 1_000_000;

    @Test
    void shouldCountOnlyTheTimeBetweenSureAnswers() {
        assertThat(Spans.of(List.of(yes(0, 1), yes(10, 11), yes(20, 21), no(30, 31))))
                .containsExactly(new Span(1 * MS, 20 * MS));
    }

    @Test
    void shouldNotCallTheTimeOfAFreezeWritable() {
        // Asked at 20, frozen, thawed at 5000, and still writable then: a second writer from there on.
        assertThat(Spans.of(List.of(yes(0, 1), yes(10, 11), yes(20, 5000), yes(5008, 5009), yes(5016, 5017))))
                .containsExactly(new Span(1 * MS, 10 * MS), new Span(5000 * MS, 5016 * MS));
    }

    @Test
    void shouldGiveASingleAnswerNoLength() {
        assertThat(Spans.of(List.of(no(0, 1), yes(10, 15), no(20, 21)))).containsExactly(new Span(15 * MS, 15 * MS));
    }

    @Test
    void shouldMeasureForHowLongTwoHeldAtOnce() {
        List<Span> first = List.of(new Span(0, 100));
        List<Span> second = List.of(new Span(90, 200));
        List<Span> third = List.of(new Span(95, 97), new Span(200, 300));

        assertThat(Spans.overlap(List.of(first, second, third))).isEqualTo(10);
    }

    @Test
    void shouldNotTakeAHandoverForAnOverlap() {
        assertThat(Spans.overlap(List.of(List.of(new Span(0, 100)), List.of(new Span(100, 200)))))
                .isZero();
    }

    private static Sample yes(long sent, long received) {
        return new Sample(sent * MS, received * MS, true);
    }

    private static Sample no(long sent, long received) {
        return new Sample(sent * MS, received * MS, false);
    }
}
