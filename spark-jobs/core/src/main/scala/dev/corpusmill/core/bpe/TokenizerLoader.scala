package dev.corpusmill.core.bpe

import dev.corpusmill.core.CorpusmillError

/**
 * One file of a tokenizer.
 *
 * @param role `tokenizer`, `vocab` or `merges`, as in the job spec
 * @param name what error messages call it
 */
final case class TokenizerFile(role: String, name: String, content: Array[Byte])

/** Loads tokenizers. Every damaged or unknown input fails with `TOKENIZER_INVALID`, naming file and problem. */
object TokenizerLoader {

  /** The tokenizer in `files`: one `tokenizer`, or a `vocab` and its `merges`. */
  def load(files: Seq[TokenizerFile]): Tokenizer =
    files.sortBy(_.role) match {
      case Seq(tokenizer) if tokenizer.role == "tokenizer" => TokenizerJson.load(tokenizer)
      case Seq(merges, vocab) if merges.role == "merges" && vocab.role == "vocab" =>
        VocabMerges.load(vocab, merges)
      case other =>
        val roles = other.map(_.role).mkString(", ")
        throw invalid("tokenizer", s"needs a tokenizer.json, or a vocab and its merges; has: [$roles]")
    }

  /** The built-in tokenizer `name`. */
  def builtin(name: String): Tokenizer = name match {
    case BuiltinGpt2.NAME => BuiltinGpt2.tokenizer
    case other => throw invalid(other, s"is no built-in tokenizer; there is ${BuiltinGpt2.NAME}")
  }

  /** SHA-256 of the table of the built-in tokenizer `name`. */
  def builtinSha256(name: String): String = name match {
    case BuiltinGpt2.NAME => BuiltinGpt2.SHA256
    case other => throw invalid(other, s"is no built-in tokenizer; there is ${BuiltinGpt2.NAME}")
  }

  private[bpe] def invalid(file: String, problem: String): CorpusmillError =
    new CorpusmillError(
      "TOKENIZER_INVALID",
      s"tokenizer file $file $problem",
      Map("file" -> file, "problem" -> problem)
    )
}

/** The token put between documents. */
object EndOfText {

  /** Names of it that tokenizers use, in the order they are looked for. */
  val CANDIDATES: Seq[String] = Seq("<|endoftext|>", "</s>", "<|end_of_text|>", "<eos>")

  /** Id of `wanted`, or of the first candidate that `tokenizer` has. */
  def idIn(tokenizer: Tokenizer, wanted: Option[String]): Int = {
    val names = wanted.fold(CANDIDATES)(Seq(_))
    names.flatMap(name => tokenizer.findTokenId(name)).headOption.getOrElse {
      throw TokenizerLoader.invalid(
        "tokenizer",
        s"has no end-of-text token (looked for ${names.mkString(", ")}); name it in tokenize.tokenizer.endOfText"
      )
    }
  }
}
