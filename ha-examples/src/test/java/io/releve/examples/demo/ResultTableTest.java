package io.releve.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ResultTableTest {

    @Test
    void shouldBreakLinesAtSpaces() {
        assertThat(ResultTable.wrap("the group runs on serv2", 10)).containsExactly("the group", "runs on", "serv2");
    }

    @Test
    void shouldBreakWordsThatAreLongerThanALine() {
        assertThat(ResultTable.wrap("a 0123456789abc", 5)).containsExactly("a", "01234", "56789", "abc");
    }

    @Test
    void shouldDrawLinesOfOneWidth() {
        ResultTable table = new ResultTable();
        table.add(
                new ResultTable.Row("serv1 is started again", "word ".repeat(30).strip(), "x".repeat(200), false));

        assertThat(table.render().lines().map(String::length).distinct()).hasSize(1);
        assertThat(table.render()).contains("not OK");
    }

    @Test
    void shouldNotBeOkWithoutRows() {
        assertThat(new ResultTable().allOk()).isFalse();
    }

    @Test
    void shouldNotBeOkWithOneRowThatIsNot() {
        ResultTable table = new ResultTable();
        table.add(new ResultTable.Row("a", "b", "b", true));
        table.add(new ResultTable.Row("a", "b", "c", false));

        assertThat(table.allOk()).isFalse();
    }
}
