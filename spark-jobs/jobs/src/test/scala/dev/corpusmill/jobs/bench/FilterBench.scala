package dev.corpusmill.jobs.bench

import com.fasterxml.jackson.databind.ObjectMapper
import dev.corpusmill.core.filter._
import dev.corpusmill.core.text.WordSplit

import java.io.{BufferedReader, BufferedWriter, InputStreamReader, OutputStreamWriter}
import java.nio.charset.StandardCharsets.UTF_8
import java.nio.file.{Files, Path}
import java.security.MessageDigest
import java.util.HexFormat
import scala.jdk.CollectionConverters._
import scala.util.Using

/**
 * The filter families on one thread, words by the split of that name: `speed INPUT FAMILIES SPLIT` (every value of
 * every family, decided), `cold INPUT FAMILIES SPLIT` (the same without warming up), `again INPUT FAMILIES SPLIT`
 * (decided from values that are there), `decisions INPUT OUTPUT SPLIT LISTS` (each family on its own, one JSON line a
 * text; LISTS is a folder with the lists of bad words and of addresses), `words SPLIT` (answers each JSON text of a line
 * on standard input with its words).
 */
object FilterBench {
  private val mapper = new ObjectMapper()

  /** A decision from values takes a thousandth of the time of measuring them. */
  private val PASSES_OVER_VALUES = 200
  private val FAMILIES: Map[String, Rule] = Seq(
    GopherQuality(),
    GopherRepetition(),
    C4(),
    FineWeb(),
    C4Paragraph()
  ).map(rule => rule.name -> rule).toMap

  def main(arguments: Array[String]): Unit = arguments.toSeq match {
    case Seq("speed", input, families, split) =>
      speed(Path.of(input), chainOf(families, split), isCold = false)
    case Seq("cold", input, families, split) =>
      speed(Path.of(input), chainOf(families, split), isCold = true)
    case Seq("again", input, families, split) =>
      val chain = chainOf(families, split)
      BenchRun.reportBatches(Path.of(input), passes = PASSES_OVER_VALUES)(_.map(chain.measure(_).values))(
        () =>
          _.foreach(values => require(chain.decide(values) != null))
      )
    case Seq("decisions", input, output, split, lists) =>
      decisions(Path.of(input), Path.of(output), splitOf(split), Path.of(lists))
    case Seq("words", split) => answerWords(splitOf(split))
    case _ =>
      throw new IllegalArgumentException(
        "(speed | cold | again) INPUT FAMILIES SPLIT | decisions INPUT OUTPUT SPLIT LISTS | words SPLIT"
      )
  }

  private def speed(input: Path, chain: RuleChain, isCold: Boolean): Unit =
    BenchRun.report(input, isCold)(() => text => require(chain.judge(text) != null))

  private def chainOf(families: String, split: String): RuleChain =
    RuleChain(families.split(',').toSeq.map(FAMILIES), splitOf(split))

  private def splitOf(name: String): WordSplit =
    WordSplit.find(name).getOrElse(throw new IllegalArgumentException(s"no word split $name"))

  private def decisions(input: Path, output: Path, split: WordSplit, lists: Path): Unit =
    Using.resource(Files.newBufferedWriter(output)) { writer =>
      val families = FAMILIES ++ listed(lists)
      BenchRun.documents(input) { (text, url) =>
        val node = mapper.createObjectNode()
        families.toSeq.sortBy(_._1).foreach { case (name, rule) =>
          val language = Option.when(name.endsWith("-ja"))("ja")
          val measured = RuleChain(Seq(rule), split).measure(text, Subject(url.map(_.toLowerCase), language))
          val own = rule.decide(measured.values.slice(1, 1 + rule.values.size))
          node.put(name, own.map(_.reason).orNull)
          if (name == "c4") node.put("c4-text", own.fold(md5(measured.left.getOrElse("")))(_ => null))
        }
        val chars = text.toCharArray
        node.put("words", md5(split(chars).strings(chars).map(_ + "\n").mkString))
        writeLine(writer, mapper.writeValueAsString(node))
      }
    }

  private def listed(lists: Path): Map[String, Rule] = {
    val badWords =
      C4BadWords(Map("en" -> FileList(lists.resolve("en")), "ja" -> FileList(lists.resolve("ja"))))
    def list(name: String): Option[TermList] = Some(FileList(lists.resolve(name)))
    val urls = UrlLists(
      domains = list("domains"),
      hardWords = list("hardWords"),
      softWords = list("softWords"),
      subWords = list("subWords")
    )
    Map("c4-bad-words" -> badWords, "c4-bad-words-ja" -> badWords, "urls" -> urls)
  }

  /** A list of the bench, known by its path. */
  private final case class FileList(path: Path) extends TermList {
    override def sha256: String = path.toString
    override lazy val terms: Terms = Terms.parse(Files.readAllLines(path).asScala.iterator)
  }

  private def answerWords(split: WordSplit): Unit = {
    val lines = new BufferedReader(new InputStreamReader(System.in, UTF_8))
    val answers = new BufferedWriter(new OutputStreamWriter(System.out, UTF_8))
    Iterator.continually(lines.readLine()).takeWhile(_ != null).foreach { line =>
      val chars = mapper.readValue(line, classOf[String]).toCharArray
      writeLine(answers, mapper.writeValueAsString(split(chars).strings(chars).toArray))
      answers.flush()
    }
  }

  private def writeLine(writer: BufferedWriter, line: String): Unit = {
    writer.write(line)
    writer.newLine()
  }

  private def md5(text: String): String =
    HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(text.getBytes(UTF_8)))
}
