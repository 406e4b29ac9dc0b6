/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Written by gen-entities.py: do not edit. */
#define ENTITY_NAME_MAX 31
#define ENTITY_BARE_MAX 6
#define ENTITY_BARE_MIN 2
static const char entity_names[] =
	"CounterClockwiseContourIntegralDoubleLongLeftRightArrowNotNestedGreaterGreaterNotSquareSupersetE"
	"qualDiacriticalDoubleAcuteNotRightTriangleEqualDoubleContourIntegralFilledVerySmallSquareNegativ"
	"eVeryThinSpaceCloseCurlyDoubleQuoteNotSucceedsSlantEqualNotPrecedesSlantEqualNotGreaterSlantEqua"
	"lReverseUpEquilibriumCapitalDifferentialDOpenCurlyDoubleQuoteNotLeftTriangleEqualEmptyVerySmallS"
	"quareNotDoubleVerticalBarDoubleLongRightArrowDoubleLeftRightArrowNotSquareSubsetEqualDownLeftRig"
	"htVectorNotRightTriangleBarNotGreaterFullEqualDoubleLongLeftArrowLeftArrowRightArrowNegativeMedi"
	"umSpaceleftrightsquigarrowRightArrowLeftArrowlongleftrightarrowLongleftrightarrowRightDoubleBrac"
	"ketRightDownTeeVectorRightDownVectorBarDownRightTeeVectorblacktrianglerightDownRightVectorBarSqu"
	"areIntersectionNegativeThickSpaceNotLeftTriangleBarReverseEquilibriumblacktriangledownNotGreater"
	"GreaterrightleftharpoonsRightUpDownVectorNotReverseElementNegativeThinSpaceRightAngleBracketDoub"
	"leUpDownArrowFilledSmallSquareDownLeftTeeVectortwoheadrightarrowNotTildeFullEqualLeftDownTeeVect"
	"orNotNestedLessLessLeftDoubleBracketVerticalSeparatorLeftDownVectorBarDownLeftVectorBarleftright"
	"harpoonsNotLessSlantEqualblacktriangleleftvartrianglerightrightharpoondownNonBreakingSpaceLeftAn"
	"gleBracketDiacriticalGraveDoubleRightArrowntrianglerighteqDiacriticalTildedownharpoonrightNotSuc"
	"ceedsEqualrightrightarrowsDiacriticalAcuteRightUpTeeVectorNotPrecedesEqualLessEqualGreatertwohea"
	"dleftarrowUpArrowDownArrowcirclearrowrightRightUpVectorBarGreaterEqualLessNotSucceedsTildeLeftUp"
	"DownVectorNotSupersetEqualEmptySmallSquareUnderParenthesisDownArrowUpArrowDoubleDownArrowvartria"
	"ngleleftCloseCurlyQuoteNotGreaterEqualdownharpoonleftLowerRightArrowOverParenthesisnLeftrightarr"
	"owleftharpoondownrightthreetimesUpperRightArrowcirclearrowleftstraightepsilonnleftrightarrowLeft"
	"UpVectorBarntrianglelefteqleftrightarrowsShortRightArrowNotGreaterTildeLeftUpTeeVectorcurvearrow"
	"rightDoubleLeftArrowrightleftarrowsNotHumpDownHumpbigtriangledownleftleftarrowsHorizontalLinelef"
	"tthreetimesInvisibleTimeshookrightarrowOpenCurlyQuoteNotSubsetEquallooparrowrightNotLessGreaterd"
	"owndownarrowslongrightarrowupharpoonrightShortLeftArrowDoubleRightTeenshortparallelUpperLeftArro"
	"wDiacriticalDotInvisibleCommaNotGreaterLessdoublebarwedgeShortDownArrowZeroWidthSpaceLongrightar"
	"rowcurvearrowleftNotVerticalBarrightharpoonupLowerLeftArrowrightarrowtailPoincareplaneNotTildeTi"
	"ldelooparrowleftDoubleLeftTeedivideontimesVerticalTildeDoubleUpArrowlongleftarrowsmallsetminusle"
	"ftarrowtailhookleftarrowfallingdotseqvarsubsetneqqApplyFunctionbigtriangleupmeasuredangleRightAr"
	"rowBarvarsupsetneqqLessFullEqualNotEqualTildeRightTeeArrowleftharpoonupPrecedesTildeNotTildeEqua"
	"lLongleftarrowupharpoonleftDownArrowBarDownTeeArrowLeftArrowBarRoundImpliesRightCeilingNotCongru"
	"entblacklozengeNotLessTilderisingdotseqUnderBracketNotHumpEqualHilbertSpaceVerticalLineLeftTeeAr"
	"rowExponentialEexponentialeProportionalNotLessEqualShortUpArrowupdownarrowstraightphiRuleDelayed"
	"NotLessLessprecnapproxsucccurlyeqUpdownarrowLeftCeilingblacksquareexpectationSmallCircleSquareUn"
	"ioneqslantlessCircleMinuscurlyeqsuccquaternionsRrightarrowOverBracketthickapproxdiamondsuitCircl"
	"eTimesnRightarrowpreccurlyeqcircleddashcurlyeqprecnrightarrowbackepsilonsuccnapproxcircledcircsq"
	"supseteqUpArrowBarvarnothingNotElementsuccapproxnLeftarrowLaplacetrfnsupseteqqlmoustachelesseqqg"
	"trFouriertrfprecapproxUpTeeArrowBernoulliseqslantgtrImaginaryILleftarrowupuparrowslongmapstogtre"
	"qqlesscircledastvarepsilonCirclePlusrmoustacheUnderBraceRightFloorcomplementmapstodownsqsubseteq"
	"nsubseteqqnleftarrowcurlywedgelessapproxmapstoleftgtreqlessthereforecenterdottriangleqdotsquarel"
	"esseqgtrheartsuitnleqslantCenterDotbackprimeLeftFloorgvertneqqnshortmidMinusPlusgtrapproxDownarr"
	"owcheckmarkbigotimescomplexesBackslashOverBraceDownBrevebacksimeqMellintrfnparallelngeqslantCirc"
	"leDotDoubleDotpitchforkrationalsspadesuitNotCupCapvarproptoThereforelvertneqqPlusMinusUnionPlusT"
	"ripleDotNotExistsCoproductraemptyvangmsdaeprecnsimdrbkarowncongdotdzigrarrpointintotimesasrtrilt"
	"rithetasymvarkappaUarrocirlesdotorcupbrcapangmsdabgesdotolhkswarownotindotvarthetaSuchThatmapsto"
	"upcapbrcupnaturalsfpartintcircledRbsolhsubtriminusDotEqualclubsuitrealpartangmsdacbiguplusbbrktb"
	"rkllcornerulcornertrpeziumbigwedgethicksimprofalardoteqdotdotminuslnapproxcwconintUnderBarurcorn"
	"erangmsdagcircledSeqvparslrppolintangmsdadangmsdaasuccnsimsuccneqqapproxeqboxtimesldrusharboxmin"
	"usintegersprofsurfcirfninthksearowintercalelintersbackcongvarsigmamultimapbigsqcuplaemptyvsmepar"
	"slimagpartprecneqqgnapproxawconintlrcornerangmsdafcurlyveeimaglineintlarhkPartialDangmsdahlurdsh"
	"aremptysetbigoplustimesbarplusacirangrtvbdproflinescpolintandslopeDDotrahdinfintiequatintsubedot"
	"EpsilondbkarowdotplusminusdusearrowlesssimlbrksluNoBreaksubmultddotseqintprodltquestsupdsubOmicr"
	"onmaltesesuphsolboxplusCayleysnotnivcOverBarlarrsimcoloneqnotinvcupsilonprecsimrealinerarrsimisi"
	"ndotnwarroworsloperuluharcudarrrswarrowdigammasupmultrbrksldplussimrotimesnotnivblarrbfssubrarro"
	"micronbnequivlotimesluruharlessgtrNewLineorderofcemptyvdemptyvpertenkCedillarbrkslusimrarrnvrtri"
	"enotinvanpolintpluscirlbrksldCconintsuplarrnotnivatopforkplanckhtritimeequivDDbigcirccirscirbigo"
	"dotUparrowcudarrlnvltrievzigzagrarrbfsddaggersupedotasympeqalefsymplustwobetweenldrdharbecausecu"
	"larrpgtquestharrciruwanglegtrlesssuccsimolcrossangzarrcurarrmnearrowsuphsublessdotnpreceqbigstar"
	"questeqnvinfinnsucceqDiamondnsqsubenexistsbemptyvdwanglesimplussupplusProductsubplusrdldharnsqsu"
	"peccupssmnotinvbeqcolonBecauseUpsilontripluslanglerharulurcropDotDotelsdotplusdubulletDstroklagr"
	"anlowbardrcornDaggerLacuteboxboxlparltrarrplffiligrbraceNcaronvarrhoiiiinthyphendstrokdlcornsoft"
	"cyAssigndollarplusmnfrac78otildegtrsimHARDcypermilfrac56plusdoverbarlacutesigmafminusblmidotldqu"
	"orkappavDcaronfrac23iacutevarphieasterbottomnltriegbrevelopluswreathlarrhklstroklbraceisinsvNacu"
	"terdquortargetBarwedccaronyacutentildenacuteabreverbracksacutepuncspRcedilcapdotnwnearfrac34Otim"
	"esUbrevetopcirsubsupcupdotzacuteGbrevecoprodcommatfrac38ConintVvdashrpargtkcedilZacuteswnwarshch"
	"cyeacutesstarfbrvbarOslashqprimeprurelfrac58timesdcompfnGcedilRcaronltrParutildebigveesimdotswar"
	"hkmodelsgtrarraacutelharulscedildlcroposlashhairspVerbarTstrokrfishtsubsimcapcupUdblacudblacrflo"
	"ordivonxOtildefemaleTcedilmiddothorbarncedilIgravefrac14supsubhomthtcapandnvlArrgtrdotufishtNced"
	"iltprimeubrevepercntCacutelarrfsuacutensccuetridotmidastBumpeqecoloncirmidnotinEscaronfrac45lesg"
	"esfrac35SOFTcylatailthksimvsupnEgacutesolbarveebarlfishtsfrownranglecupcupjsercynprcuebigcupsmas"
	"hplarrplnwarhkCcedilbprimeUtildemidcirodsoldlambdararrhkbumpeqVdashlsqcapsssetmnlarrtlsubdotecar"
	"onncaronintcalfrac13rsaquodrcropsqcupscapcaporigofOgravessmilekgreenlcedilracutefrac16lbrackSacu"
	"teAacuteratailUacutesupsimhslashsigmavLmidotxoplusdcaronxotimexuplusltimesAtildeRacuteperiodmnpl"
	"usgammademsp14nbumpeccedilnvdashequestZcaronfrac12bowtieOacuteoacuteweierpnvrArrlsaquoLcaronnVDa"
	"shScaronprnsimEcaronxwedgecacuteulcropdalethlAtaillcaronseswarcopysrvsupnegeslesbigcapnrarrwrarr"
	"fscupcapUgravephmmatrthreevellipcurrenbernouzeetrfnumerorcedildfishtangsphforalllfloorJsercylowa"
	"stitildenVdashtelrectcedilegraveiquestnearhkrAtailLstrokrtimesvangrtScedilegsdotinodotrarrtlpars"
	"imsubsubagravenrtrieLcedilIacutefrac25wedgeqatildeprimesxsqcupAgraveNtildeHstrokEacutenrarrcnvDa"
	"shnesearlrhardGammadhamilthybullvsubnerarraptopbotscnsimfrac18ominusKcedilzcaronnsimeqLambdathet"
	"avcirceqthere4apacirrcaronCcaronvsubnEhardcyandandSHCHcyOdblacsquarfrarrlplarrlpiinfinColoneogra"
	"vethinsptstrokYacutesupsupgtlParroplusugravefflligRarrtlEgraveTcaronForAllemsp13ltlarrSupsetigra"
	"vemstposrsquorsearhkhelliphstroksupdottcaronnparslplankvodblaclthreeequalsfrac15Abrevellhardherc"
	"oncylctymcommanvHarrwedbarlsquormarkerItildeUcirciexclepsivboxuruogonlobrkrangdawintlbarrxhArrmD"
	"DotszligfjligUringjcircodashlesccurtrideltaOEligboxHuscnapxutrilceilnsupEsharpxdtriolarrgimelseA"
	"rrblockoeligloarrrBarrltrifvpropcuwedorarrlrarrblk12boxdRboxUlveeeqCrosslbrkeboxulboxULOmacrboxv"
	"rijligrtrifvarpidtdotultritrisbuuarrnesimvnsuplaquouringngsimddarrnsubeboxvLboxDLUbrcynapidoline"
	"boxVhangsttshcyltdotboxHdJukcyraquoltcirgesccomegabepsiisinvboxUrboxuLemacrthorndharlradicxodotl"
	"ateslltriiiotaAringgnsimccapsroarrWedgeycircboxvHboxVREcircgtdotecircutrifHacekImacrrlharefDotTR"
	"ADEbdquonpartIogonfltnsphonerceilcuporswArriprodnumspicircnsparroangOmegajmathboxvhTSHcyblk34nge"
	"qqalephlsimexharrstrnsboxVLcsupegtcirharrwrangectdotloparsimgElbbrkvnsubndashxlArrblankduarrWcir"
	"cimathIukcyboxVHboxhdudharocircomacraeligKappaamalgblk14nrArrbsolbDashvdtrifimageolcirhcircsrarr"
	"boxdlnedotduharofcirYcircrbarrUogongneqqboxdLThetaHcircnwArrxrArrnvsimforkvllarramacrcuveeucircb"
	"oxDruharrnsupeboxVrnleqqumacrdashvlAarrscsimalphalsimgnaposmumapeogonmdashJcircRBarrtradehoarrnl"
	"essiogonacircoperpAogondisincaretthkapohbarAcircsimnenharrgsimebsimeslarrsbquoAlphaboxhulhblknls"
	"imneArrAmacriukcyroparlrtrilangdnhArrnhparuhblklneqqnablaboxDlimpedbumpEboxHDrnmideplusvBarvxlar"
	"rtwixtxrarrboxhUEogonloangpluseOcircccircjukcyboxuRaogonprnapIJligScircsdoteEmacrGcircboxdrboxhD"
	"CcircdharrUmacrrobrkrbbrkrAarrcrarreqsimPrimerealsupsihbcongboxHUbsemirrarrovbarAEligpounddiamss"
	"imlEsmtescuescDeltaboxDRnsmidboxvRTHORNsdotbutdotaringfraslcwintboxURrbrkecsubeboxVlfflignsubEln"
	"simSigmaubrcynlArrIcircgsimlboxvlimacrprsimcueprisinEnscesextkopflcubLangdscryucyJopfmscrGdoteop"
	"fnLtvnbspmlcpEopfiocyDopfnopfbetaFopfEumlIscrscnEKscrYAcywscrVbaraopfOscrMscrhopfCOPYgopfLscrLar"
	"rtscrGopfLopfescrCscrWscrgscrnjcyGscrljcyTopfUumlordmcdotprapgtccOumlfopfIdotNJcyzscrpscrsopfOop"
	"foopfosolncupfscrzetaYopfnscrPopfkscrdHarUopfXscrxscrvopfEscrngesyscrbethZetaZHcyuHarIEcyKHcyVsc"
	"rflatxcapltccandvZopfYUcybnotsup2SqrtVopfHopfpopfrcubtosadjcyyopfprnEXopfcirEquotnvapdopfuumlIop"
	"fEsimntlgenspIOcyQUOTgjcyordfKopfanddIotagvnEDJcyrHarxnisDscromidrscryumljopfzhcyldcaHscrxveezop"
	"fncapiopfoscryacytoeafnofzwnjRangiumlAumlwopfMopfQscrlvnEUscrZdotSopfropfxopfTscruopfnvleFscrBop"
	"feumllHarbNotzdotphiveuroJscrdzcyAscrZscrhscrodivBetalscrCopflozfvscrmopfaumlororbopfcireRscrlsq"
	"bnGtvRopfDScytscyBscrsscrEdotYIcyNscrvArrnangrsqbYumlLJcyiscrlopfCdotyicyntglnvgtuArrsunghalfjsc"
	"rkhcyDarrngtrxcupnisdSscrrhovDZcyYscrdArrPscrsup1iecyStarAopfcscrWopfbscrimofsqufIumlascroumlmld"
	"rGJcyoastQopfqopfcopfKJcyNopfsup3TScykjcyldshdscynapEnvgeuscrqscrrdcaycybfrSfrHatacdTfrPcyqfrEfr"
	"ngEgcyDfrohmLcyFcyBfrGfrYfrRshifrPsiglEchigljlgEAfrnGgdfrjfrRhoKfrtauVfrSumCfrlapmcyofrffrlcygla"
	"GcywfrlrmMapnLlprEzwjLshMcyOfrfcyETHVeeIfrKcyyfrTabmhoPfrshylshNcyafrVcyENGgnERfrrlmAMPvfrgggpiv"
	"MfrZfrHfrNfrregpcyacEQfrkfrTauPhiJfrvcyxfrChiufryenLfrhfrscEYcydieUfrnlEcfrlnEorvsumBcyFframpRcy"
	"REGgapXfrEtabcyAndWfrzfrGToSPiXiMuOrNu";
static const char entity_values[] =
	"\342\211\251\357\270\200\342\210\240\342\203\222\342\211\215\342\203\222\342\212\212\357\270\200"
	"\342\210\252\357\270\200\342\211\245\342\203\222\342\253\213\357\270\200\342\211\241\342\203\245"
	"\342\213\232\357\270\200\342\212\264\342\203\222\342\212\223\357\270\200\342\211\252\342\203\222"
	"\342\252\255\357\270\200\342\211\244\342\203\222\342\212\213\357\270\200\342\252\254\357\270\200"
	"\342\211\250\357\270\200\342\211\253\342\203\222\342\210\251\357\270\200\342\210\274\342\203\222"
	"\342\212\265\342\203\222\342\253\275\342\203\245\342\253\214\357\270\200\342\212\202\342\203\222"
	"\342\201\237\342\200\212\342\212\203\342\203\222\342\212\224\357\270\200\342\213\233\357\270\200"
	"\342\247\220\314\270\342\211\253\314\270\342\251\260\314\270\342\251\255\314\270\342\211\252\314"
	"\270\342\211\247\314\270\342\252\242\314\270\342\213\230\314\270\342\211\213\314\270\342\253\206"
	"\314\270\342\244\263\314\270\342\252\260\314\270\342\247\217\314\270\342\210\202\314\270\342\251"
	"\275\314\270\342\211\217\314\270\342\212\217\314\270\342\211\277\314\270\342\211\202\314\270\342"
	"\211\220\314\270\342\213\271\314\270\342\210\276\314\263\342\211\246\314\270\342\212\220\314\270"
	"\342\211\216\314\270\342\252\257\314\270\342\213\231\314\270\342\253\205\314\270\342\213\265\314"
	"\270\342\206\235\314\270\342\251\276\314\270\342\252\241\314\270\342\210\275\314\261\360\235\224"
	"\250\360\235\225\212>\342\203\222\360\235\222\251\360\235\224\270\360\235\222\236\360\235\222\234"
	"\360\235\224\236\360\235\224\246\360\235\222\262\360\235\225\217\360\235\222\271\360\235\224\224"
	"\360\235\224\212\360\235\225\224\360\235\224\227\360\235\224\221\360\235\224\217\360\235\225\215"
	"\360\235\224\267\360\235\225\233\360\235\223\207\360\235\224\234\360\235\225\244\360\235\224\231"
	"\360\235\222\264<\342\203\222\360\235\224\252\360\235\225\213\360\235\225\204\360\235\224\276\360"
	"\235\225\216\360\235\222\253\360\235\224\230\360\235\224\247\360\235\225\235\360\235\225\206\360"
	"\235\224\262\360\235\224\233\360\235\224\232\360\235\224\254\360\235\222\261\360\235\224\261\360"
	"\235\223\206\360\235\224\242=\342\203\245\360\235\225\246\360\235\224\265\360\235\222\270\360\235"
	"\223\216\360\235\222\267\360\235\224\253\360\235\224\266\360\235\223\212\360\235\224\204\360\235"
	"\224\256\360\235\223\203\360\235\224\255\360\235\223\217\360\235\225\231\360\235\222\275\360\235"
	"\224\211\360\235\225\253\360\235\222\265\360\235\224\207\360\235\222\246\360\235\225\200\360\235"
	"\222\256\360\235\222\252\360\235\225\250\360\235\224\215\360\235\222\242\360\235\224\260\360\235"
	"\225\237\360\235\224\216\360\235\224\275\360\235\224\251\360\235\225\241\360\235\224\223\360\235"
	"\223\201\360\235\223\215\360\235\225\236\360\235\225\223\360\235\225\234\360\235\224\240\360\235"
	"\223\213\360\235\222\276\360\235\224\263\360\235\222\257\360\235\223\214\360\235\225\203\360\235"
	"\225\214\360\235\223\211\360\235\224\274\360\235\224\220\360\235\224\222\360\235\225\232\360\235"
	"\223\210\360\235\225\220\360\235\224\264\360\235\224\244\360\235\223\200\360\235\224\241\360\235"
	"\224\273\360\235\223\205\360\235\225\225\360\235\224\257\360\235\222\266\360\235\225\226\360\235"
	"\225\242\360\235\224\226\360\235\222\273\360\235\225\227\360\235\225\202\360\235\224\237\360\235"
	"\225\245\360\235\224\210\360\235\224\243\360\235\225\222\360\235\222\263\360\235\225\201\360\235"
	"\222\260\360\235\225\247\360\235\223\202\360\235\222\277\360\235\224\245\360\235\222\245\360\235"
	"\222\237\360\235\225\251\360\235\224\205\360\235\222\254\360\235\225\252\360\235\225\230\360\235"
	"\224\271\360\235\225\240\360\235\225\243\342\246\271\342\247\204\342\250\221\342\214\237\342\214"
	"\222\342\211\234\342\211\276\342\225\242\342\212\232\342\210\266\342\244\235\342\214\226\342\200"
	"\261\342\212\231\342\204\212\342\214\220\342\213\254\342\204\220\342\250\215\342\207\223\357\254"
	"\204\342\244\265\342\246\224\342\213\264\342\211\240\342\207\214\342\251\212\342\252\223\342\250"
	"\265\342\231\243\342\205\223\342\245\271\342\226\222\342\214\242\342\252\217\342\252\256\342\253"
	"\260\342\211\200\342\252\273\342\211\225\342\246\226\342\225\234\342\207\217\342\211\274\342\211"
	"\261\342\213\241\342\210\272\342\247\234\342\237\250\342\217\234\342\206\241\342\210\200\342\225"
	"\245\342\245\274\342\226\204\342\245\226\342\224\234\342\251\227\342\207\220\342\251\235\342\245"
	"\264\342\225\223\342\250\277\342\212\277\342\213\214\342\245\257\342\225\225\342\204\242\342\250"
	"\273\342\211\273\342\207\211\342\206\237\342\252\230\342\247\243\342\200\205\342\244\223\342\210"
	"\224\342\206\255\342\244\270\342\247\235\342\246\273\342\225\254\342\224\230\342\251\272\342\213"
	"\203\342\224\220\342\201\240\342\237\255\342\211\211\342\253\244\342\213\215\342\237\251\342\201"
	"\241\342\205\205\342\250\206\342\212\211\342\251\224\342\227\202\342\252\210\342\253\220\342\207"
	"\230\342\212\254\342\244\216\342\211\201\342\204\250\342\212\233\342\237\270\342\207\206\342\253"
	"\223\342\237\254\342\253\262\342\250\261\342\217\242\342\225\227\342\204\213\342\253\263\342\251"
	"\225\342\207\232\342\213\210\342\211\210\342\246\223\342\251\226\342\251\207\342\206\246\342\200"
	"\262\342\246\252\342\206\256\342\231\200\342\213\205\342\204\260\342\250\270\342\251\215\342\205"
	"\234\342\207\202\342\247\216\342\204\267\342\206\227\342\252\275\342\250\246\342\245\265\342\200"
	"\236\342\225\251\342\210\222\342\207\212\342\217\237\342\250\267\342\201\201\342\251\237\342\212"
	"\255\342\213\247\342\245\233\342\244\250\342\204\254\342\246\277\342\211\221\342\206\254\342\201"
	"\203\342\213\216\342\206\221\342\206\245\342\245\231\342\250\200\342\246\265\342\214\266\342\252"
	"\244\342\213\266\342\226\264\342\211\231\342\237\252\342\206\265\342\247\202\342\223\210\342\253"
	"\201\342\252\240\342\213\226\342\207\221\342\244\274\342\226\252\342\205\236\342\210\211\342\244"
	"\236\342\245\237\342\246\264\342\252\231\342\207\201\342\206\267\342\251\270\342\210\236\342\213"
	"\275\342\213\242\342\205\232\342\213\212\342\252\277\342\227\203\342\200\241\342\212\215\342\204"
	"\265\342\245\252\342\213\262\342\245\242\342\210\254\342\200\225\342\204\264\342\252\246\342\247"
	"\205\342\225\252\342\207\203\342\252\251\342\216\265\342\212\242\342\210\261\342\244\237\342\207"
	"\200\342\253\224\342\247\201\342\213\237\342\250\227\342\235\263\342\234\240\342\250\251\342\246"
	"\215\342\212\263\342\245\217\342\246\266\342\251\271\342\231\245\342\205\225\342\247\264\342\245"
	"\236\342\250\272\342\200\220\342\225\237\342\212\206\342\244\243\342\212\240\342\206\225\342\250"
	"\244\342\227\272\342\207\205\342\206\231\342\244\271\342\211\227\342\245\273\342\231\252\342\246"
	"\235\342\217\236\342\246\276\342\212\250\342\212\266\342\225\244\342\204\263\342\206\261\342\244"
	"\240\342\252\205\342\244\252\342\204\244\342\205\207\342\211\206\342\231\246\342\206\247\342\227"
	"\254\342\225\236\342\246\214\342\213\255\342\237\210\342\251\257\342\207\245\342\252\207\342\253"
	"\203\342\212\241\342\206\252\342\213\202\342\210\204\342\200\202\342\246\262\342\213\251\342\210"
	"\250\342\231\257\342\214\217\342\252\225\342\212\260\342\245\244\342\214\234\342\253\200\342\214"
	"\225\342\201\243\342\214\216\342\250\255\342\253\250\342\225\224\342\237\266\342\207\216\342\204"
	"\266\342\200\215\342\245\277\342\251\204\342\231\256\342\201\242\342\252\200\342\227\274\342\204"
	"\221\342\245\240\342\237\271\342\245\212\342\213\224\342\206\251\342\251\263\342\216\261\342\214"
	"\277\342\250\243\342\244\214\342\213\207\342\207\227\342\225\233\342\213\221\342\251\256\342\247"
	"\244\342\200\242\342\212\236\342\245\224\342\213\213\342\206\223\342\245\256\342\234\223\342\251"
	"\264\342\210\270\342\251\214\342\246\257\342\250\202\342\213\236\342\227\271\342\212\247\342\225"
	"\247\342\207\204\342\250\222\342\212\270\342\200\265\342\214\214\342\237\277\342\237\253\342\244"
	"\204\342\234\227\342\214\215\342\211\256\342\245\234\342\207\265\342\247\200\342\246\247\342\246"
	"\250\342\200\214\342\216\260\342\207\222\342\211\265\342\252\271\342\230\206\342\211\257\342\213"
	"\201\342\205\224\342\212\244\342\246\213\342\245\227\342\252\202\342\244\251\342\227\270\342\212"
	"\251\342\244\222\342\251\210\342\204\251\342\225\243\342\253\227\342\246\222\342\210\210\342\230"
	"\205\342\225\220\342\212\253\342\211\272\342\247\245\342\207\276\342\252\221\342\224\202\342\200"
	"\203\342\207\244\342\244\220\342\210\246\342\245\275\342\253\225\342\224\200\342\212\205\342\252"
	"\250\342\212\210\342\200\204\342\206\263\342\211\254\342\214\236\342\212\271\342\210\221\342\250"
	"\266\342\251\211\342\250\220\342\214\206\342\252\224\342\237\274\342\227\257\342\226\261\342\224"
	"\224\342\213\206\342\207\210\342\245\211\342\204\205\342\211\255\342\212\273\342\200\223\342\245"
	"\216\342\200\210\342\210\260\342\251\261\342\207\215\342\244\233\342\212\245\342\224\274\342\253"
	"\202\342\250\264\342\251\220\342\205\227\342\245\247\342\200\213\342\251\223\342\252\211\342\252"
	"\270\342\245\260\342\206\274\342\212\221\342\206\272\342\237\267\342\206\253\342\251\230\342\245"
	"\276\342\214\275\342\226\255\342\245\245\342\211\232\342\250\247\342\204\226\342\250\257\342\206"
	"\220\342\246\221\342\200\246\342\225\240\342\213\276\342\231\255\342\245\261\342\245\223\342\244"
	"\217\342\245\263\342\246\245\342\247\215\342\204\216\342\225\221\342\224\214\342\210\242\342\206"
	"\222\342\250\260\342\244\203\342\246\260\342\245\254\342\244\234\342\205\226\342\244\226\357\254"
	"\201\342\211\262\342\226\253\342\206\240\342\251\233\342\225\232\342\214\255\342\253\246\342\216"
	"\264\342\211\266\342\212\204\342\211\275\342\246\206\342\245\221\342\252\232\342\246\251\342\206"
	"\242\342\246\244\342\204\202\342\204\247\342\252\235\342\225\222\342\214\205\342\204\214\342\210"
	"\230\342\210\235\342\210\241\342\225\250\342\210\201\342\207\233\342\207\225\342\226\223\342\252"
	"\222\342\252\216\342\250\214\342\213\223\342\213\225\342\211\267\342\245\232\342\251\203\342\210"
	"\220\342\253\226\342\210\243\342\245\246\342\206\266\342\206\260\342\210\232\342\217\247\342\247"
	"\211\342\206\275\342\213\260\342\212\275\342\225\235\342\226\221\342\207\207\342\210\267\342\252"
	"\215\342\206\232\342\213\253\342\214\210\342\252\237\342\210\205\342\245\251\342\251\267\342\252"
	"\245\342\213\261\342\204\236\342\212\201\342\253\210\342\237\247\342\250\242\342\206\236\342\253"
	"\207\342\252\206\342\244\232\342\217\235\342\226\200\342\213\200\342\253\256\342\200\211\342\204"
	"\257\342\204\227\342\253\217\342\213\246\342\213\243\342\253\232\342\251\232\342\204\233\342\247"
	"\236\342\211\237\342\244\267\342\204\223\342\227\273\342\253\261\342\200\245\342\246\254\342\244"
	"\231\342\205\233\342\250\204\342\244\266\342\252\274\342\246\256\342\252\252\342\250\274\342\252"
	"\220\342\225\253\342\206\244\342\227\213\342\207\213\342\212\235\342\210\226\342\246\225\342\226"
	"\265\342\200\207\342\200\234\342\206\233\342\207\231\342\226\270\342\245\250\342\225\230\342\250"
	"\223\342\245\243\342\210\245\342\226\277\342\227\212\342\204\234\342\252\204\342\203\233\342\201"
	"\217\342\200\217\342\206\230\342\210\244\342\245\222\342\252\212\342\252\263\342\214\243\342\253"
	"\257\342\212\216\342\224\254\342\210\257\342\210\223\342\212\252\342\211\226\342\211\271\342\245"
	"\270\342\226\210\342\213\211\342\212\267\342\245\235\342\225\241\342\205\231\342\253\255\342\252"
	"\264\342\246\205\342\246\232\342\224\244\342\210\217\342\207\277\342\247\266\342\245\262\342\251"
	"\274\342\200\276\342\210\214\342\202\254\342\244\245\342\200\216\342\244\205\342\204\215\342\213"
	"\274\342\210\273\342\246\234\342\244\247\342\246\261\342\246\253\342\250\245\342\253\253\342\214"
	"\235\342\245\230\342\212\227\342\211\223\342\210\213\342\246\246\342\200\264\342\246\255\342\253"
	"\221\342\200\240\342\246\216\342\210\264\342\200\226\342\251\205\342\206\224\342\210\237\342\211"
	"\207\342\237\246\342\252\272\342\204\255\342\204\230\342\250\271\342\200\235\342\213\273\342\204"
	"\261\342\211\205\342\244\244\342\210\256\342\251\234\342\251\200\342\246\217\342\251\202\342\204"
	"\270\342\210\247\342\226\256\342\214\213\342\245\220\342\245\241\342\210\207\342\246\263\342\207"
	"\224\342\200\260\342\224\264\342\206\243\342\205\206\342\251\277\342\252\265\342\212\256\342\226"
	"\276\342\252\203\342\251\265\342\244\275\342\211\224\342\245\266\342\247\203\342\210\253\342\245"
	"\225\342\226\263\342\211\260\342\214\223\342\210\263\342\234\266\342\244\215\342\210\265\342\250"
	"\252\342\252\236\342\246\220\342\204\222\342\226\241\342\246\267\342\231\240\342\200\232\342\244"
	"\202\342\204\235\342\201\227\342\200\271\342\237\272\342\212\230\342\213\220\342\213\217\342\213"
	"\272\342\253\230\342\211\203\342\250\256\342\206\262\342\252\213\342\237\265\342\235\262\342\225"
	"\226\342\210\262\342\200\230\342\213\227\342\250\226\342\213\204\342\247\253\342\200\224\342\252"
	"\214\342\204\217\342\207\275\342\213\256\342\213\257\342\253\233\342\204\225\342\244\221\342\206"
	"\276\342\244\246\342\206\277\342\200\263\342\211\222\342\212\272\342\253\231\342\252\267\357\254"
	"\202\342\252\276\342\211\212\342\212\243\342\250\225\342\212\257\342\212\276\342\207\226\357\254"
	"\203\342\212\226\357\254\200\342\205\210\342\231\202\342\204\232\342\210\277\342\210\227\342\213"
	"\267\342\204\231\342\253\222\342\251\213\342\210\255\342\211\242\342\211\263\342\200\231\342\212"
	"\225\342\251\252\342\213\240\342\252\253\342\212\207\342\245\255\342\245\253\342\212\222\342\253"
	"\247\342\250\263\342\206\226\342\216\266\342\215\274\342\230\216\342\206\273\342\213\250\342\203"
	"\234\342\250\201\342\251\206\342\235\230\342\213\252\342\201\204\342\214\211\342\225\246\342\252"
	"\266\342\213\222\342\253\204\342\252\227\342\237\211\342\246\274\342\211\264\342\225\231\342\212"
	"\237\342\252\226\342\210\203\342\252\247\342\212\200\342\250\224\342\251\262\342\253\251\342\220"
	"\243\342\226\275\342\214\256\342\245\205\342\211\270\342\200\272\342\205\230\342\211\214\342\253"
	"\254\342\226\271\342\245\213\342\207\235\342\212\262\342\251\246\342\252\201\342\245\210\342\211"
	"\204\342\251\273\342\213\263\342\205\235\342\214\212\316\244\320\270\305\226\321\203\305\261\316"
	"\246\317\205\317\204\303\207\305\244\305\266\303\201\316\223\317\222\303\217\320\271\304\261\304"
	"\205\305\242\316\262\320\231\304\242\302\261\320\202\303\246\320\234\320\246\316\270\303\202\313"
	"\206\316\222\316\274\305\256\320\225\305\212\303\210\320\274\317\221\305\245\304\244\321\226\304"
	"\231\320\262\316\235\304\201\302\247\303\244\316\276\302\244\303\275\320\245\320\241\321\201\305"
	"\220\304\200\316\243\317\201\320\252\303\211\305\246\316\277\305\234\320\220\320\217\305\251\320"
	"\221\317\266\303\230\320\227\317\226\317\235\305\200\302\242\304\257\302\252\305\262\320\240\302"
	"\267\304\246\303\204\320\212\321\204\305\235\304\274\316\271\302\277\321\236\305\201\313\233\316"
	"\261\302\256\316\240\302\275\306\265\303\223\303\250\316\273\305\240\320\244\304\230\316\227\302"
	"\266\305\271\305\211\302\262\303\233\320\256\302\253\303\213\317\203\304\206\320\230\320\237\316"
	"\251\304\223\321\216\303\266\304\211\320\264\302\255\316\237\302\246\302\271\304\273\316\224\305"
	"\243\316\236\321\200\316\265\304\214\303\260\320\226\305\273\320\211\304\252\303\241\303\277\304"
	"\236\320\272\317\265\307\265\304\271\303\212\304\266\320\233\305\237\303\222\304\262fj\303\225\316"
	"\267\321\207\317\206\304\220\313\235\321\212\305\213\320\265\316\226\303\203\320\232\317\200\304"
	"\272\305\206\316\232\304\270\317\234\305\264\304\276\320\205\305\250\305\227\321\231\321\202\320"
	"\224\304\241\317\211\304\267\302\241\321\205\320\204\320\210\305\214\316\225\302\270\303\273\320"
	"\216\304\275\305\222\320\267\303\226\304\240\305\263\302\265\305\247\320\250\313\234\304\210\303"
	"\227\303\234\305\253\303\242\305\221\305\260\316\272\305\205\320\276\320\243\304\234\314\221\304"
	"\216\303\232\305\255\303\251\320\261\304\264\320\257\321\221\313\231\320\260\303\270\316\247\305"
	"\252\320\236\320\254\303\245\303\267\302\243\304\237\304\277\304\217\302\263\317\202\316\234\321"
	"\233\305\203\303\264\305\207\321\222\321\223\302\273\302\260\320\214\303\253\304\202\303\257\305"
	"\230\321\234\320\273\321\210\303\265\313\232\320\266\304\265\303\271\305\225\316\233\320\247\304"
	"\247\320\242\321\211\304\256\304\245\303\240\316\230\305\236\321\214\321\232\305\232\321\227\302"
	"\250\320\203\305\241\304\263\305\224\305\275\316\245\304\207\305\215\320\235\305\270\303\221\320"
	"\251\317\261\302\251\304\235\304\251\305\223\303\205\303\255\303\256\302\245\316\221\321\213\320"
	"\222\303\237\317\225\303\263\303\261\305\257\302\254\303\262\316\231\321\224\304\203\321\215\303"
	"\224\303\274\305\202\320\207\303\220\303\214\303\236\303\272\302\276\320\201\305\265\305\274\305"
	"\231\304\213\313\207\304\260\304\226\305\254\316\266\305\210\304\227\317\210\305\272\310\267\304"
	"\253\321\225\320\213\305\276\303\247\304\250\321\230\320\223\303\243\304\232\303\200\302\274\316"
	"\250\304\204\316\264\321\217\303\215\321\206\320\275\302\240\303\235\304\222\316\241\305\204\320"
	"\277\303\206\320\263\303\216\316\263\317\260\304\221\303\276\320\253\305\267\303\254\303\252\302"
	"\264\320\206\306\222\305\233\316\275\313\230\321\237\302\257\304\212\304\215\317\207\320\255\303"
	"\231\304\233\302\272!_\011^.]%,;{$`+@\012\042}*\077:\134#'/[)|(&";
static const struct entity entity_full[2125] = {
	{ 9104, 4110, 5, 2 }, /* AElig */
	{ 10452, 4190, 3, 1 }, /* AMP */
	{ 6722, 3422, 6, 2 }, /* Aacute */
	{ 7664, 3888, 6, 2 }, /* Abreve */
	{ 8779, 3456, 5, 2 }, /* Acirc */
	{ 9366, 3524, 3, 2 }, /* Acy */
	{ 10320, 549, 3, 4 }, /* Afr */
	{ 7262, 4080, 6, 2 }, /* Agrave */
	{ 8814, 3984, 5, 2 }, /* Alpha */
	{ 8839, 3508, 5, 2 }, /* Amacr */
	{ 10575, 2155, 3, 3 }, /* And */
	{ 8754, 4086, 5, 2 }, /* Aogon */
	{ 10137, 349, 4, 4 }, /* Aopf */
	{ 2546, 1153, 13, 3 }, /* ApplyFunction */
	{ 8174, 3976, 5, 2 }, /* Aring */
	{ 9921, 357, 4, 4 }, /* Ascr */
	{ 5666, 2965, 6, 3 }, /* Assign */
	{ 6794, 3718, 6, 2 }, /* Atilde */
	{ 9829, 3558, 4, 2 }, /* Auml */
	{ 3773, 2611, 9, 3 }, /* Backslash */
	{ 2595, 3241, 4, 3 }, /* Barv */
	{ 5870, 2074, 6, 3 }, /* Barwed */
	{ 10548, 3530, 3, 2 }, /* Bcy */
	{ 5495, 2998, 7, 3 }, /* Because */
	{ 3392, 1333, 10, 3 }, /* Bernoullis */
	{ 9937, 3460, 4, 2 }, /* Beta */
	{ 10290, 849, 3, 4 }, /* Bfr */
	{ 9885, 865, 4, 4 }, /* Bopf */
	{ 3795, 4142, 5, 2 }, /* Breve */
	{ 10001, 1333, 4, 3 }, /* Bscr */
	{ 6392, 288, 6, 3 }, /* Bumpeq */
	{ 7444, 3914, 4, 2 }, /* CHcy */
	{ 9393, 3968, 4, 2 }, /* COPY */
	{ 6356, 3620, 6, 2 }, /* Cacute */
	{ 309, 3292, 3, 3 }, /* Cap */
	{ 309, 1156, 20, 3 }, /* CapitalDifferentialD */
	{ 4823, 2866, 7, 3 }, /* Cayleys */
	{ 7418, 3658, 6, 2 }, /* Ccaron */
	{ 6542, 3416, 6, 2 }, /* Ccedil */
	{ 9024, 3794, 5, 2 }, /* Ccirc */
	{ 5117, 2119, 7, 3 }, /* Cconint */
	{ 10049, 4148, 4, 2 }, /* Cdot */
	{ 5061, 3768, 7, 2 }, /* Cedilla */
	{ 3674, 3554, 9, 2 }, /* CenterDot */
	{ 10347, 2866, 3, 3 }, /* Cfr */
	{ 10506, 3842, 3, 2 }, /* Chi */
	{ 3836, 916, 9, 3 }, /* CircleDot */
	{ 3086, 3172, 11, 3 }, /* CircleMinus */
	{ 3482, 3217, 10, 3 }, /* CirclePlus */
	{ 3163, 2815, 11, 3 }, /* CircleTimes */
	{ 7, 3076, 24, 3 }, /* ClockwiseContourIntegral */
	{ 206, 2875, 21, 3 }, /* CloseCurlyDoubleQuote */
	{ 1640, 3214, 15, 3 }, /* CloseCurlyQuote */
	{ 7478, 2446, 5, 3 }, /* Colon */
	{ 7478, 1849, 6, 3 }, /* Colone */
	{ 2778, 42, 9, 3 }, /* Congruent */
	{ 6008, 2698, 6, 3 }, /* Conint */
	{ 16, 2890, 15, 3 }, /* ContourIntegral */
	{ 9945, 2335, 4, 3 }, /* Copf */
	{ 3953, 2401, 9, 3 }, /* Coproduct */
	{ 0, 2989, 31, 3 }, /* CounterClockwiseContourIntegral */
	{ 7939, 2206, 5, 3 }, /* Cross */
	{ 9425, 353, 4, 4 }, /* Cscr */
	{ 3884, 2386, 3, 3 }, /* Cup */
	{ 3884, 12, 6, 3 }, /* CupCap */
	{ 4674, 1156, 2, 3 }, /* DD */
	{ 4674, 3118, 8, 3 }, /* DDotrahd */
	{ 9741, 3446, 4, 2 }, /* DJcy */
	{ 9993, 3738, 4, 2 }, /* DScy */
	{ 10109, 3526, 4, 2 }, /* DZcy */
	{ 5582, 1459, 6, 3 }, /* Dagger */
	{ 10085, 1027, 4, 3 }, /* Darr */
	{ 8514, 1144, 5, 3 }, /* Dashv */
	{ 5768, 3820, 6, 2 }, /* Dcaron */
	{ 5705, 3748, 3, 2 }, /* Dcy */
	{ 2969, 2923, 3, 3 }, /* Del */
	{ 9134, 3648, 5, 2 }, /* Delta */
	{ 10278, 589, 3, 4 }, /* Dfr */
	{ 1370, 4132, 16, 2 }, /* DiacriticalAcute */
	{ 2209, 3836, 14, 2 }, /* DiacriticalDot */
	{ 100, 3708, 22, 2 }, /* DiacriticalDoubleAcute */
	{ 1258, 4173, 16, 1 }, /* DiacriticalGrave */
	{ 1306, 3792, 16, 2 }, /* DiacriticalTilde */
	{ 5397, 3088, 7, 3 }, /* Diamond */
	{ 316, 2941, 13, 3 }, /* DifferentialD */
	{ 9333, 745, 4, 4 }, /* Dopf */
	{ 2220, 3940, 3, 2 }, /* Dot */
	{ 5534, 3265, 6, 3 }, /* DotDot */
	{ 4178, 263, 8, 3 }, /* DotEqual */
	{ 143, 2698, 21, 3 }, /* DoubleContourIntegral */
	{ 3845, 3940, 9, 2 }, /* DoubleDot */
	{ 1610, 934, 15, 3 }, /* DoubleDownArrow */
	{ 1925, 1051, 15, 3 }, /* DoubleLeftArrow */
	{ 429, 2929, 20, 3 }, /* DoubleLeftRightArrow */
	{ 2416, 1144, 13, 3 }, /* DoubleLeftTee */
	{ 526, 1195, 19, 3 }, /* DoubleLongLeftArrow */
	{ 31, 3037, 24, 3 }, /* DoubleLongLeftRightArrow */
	{ 409, 1783, 20, 3 }, /* DoubleLongRightArrow */
	{ 1274, 1930, 16, 3 }, /* DoubleRightArrow */
	{ 2167, 1618, 14, 3 }, /* DoubleRightTee */
	{ 2455, 1402, 13, 3 }, /* DoubleUpArrow */
	{ 956, 2371, 17, 3 }, /* DoubleUpDownArrow */
	{ 392, 2647, 17, 3 }, /* DoubleVerticalBar */
	{ 964, 1840, 9, 3 }, /* DownArrow */
	{ 2715, 1102, 12, 3 }, /* DownArrowBar */
	{ 1594, 1912, 16, 3 }, /* DownArrowUpArrow */
	{ 3791, 3818, 9, 2 }, /* DownBreve */
	{ 469, 2917, 19, 3 }, /* DownLeftRightVector */
	{ 990, 1561, 17, 3 }, /* DownLeftTeeVector */
	{ 1126, 2428, 14, 3 }, /* DownLeftVector */
	{ 1126, 1042, 17, 3 }, /* DownLeftVectorBar */
	{ 711, 1420, 18, 3 }, /* DownRightTeeVector */
	{ 747, 1429, 15, 3 }, /* DownRightVector */
	{ 747, 1957, 18, 3 }, /* DownRightVectorBar */
	{ 680, 1951, 7, 3 }, /* DownTee */
	{ 2727, 1654, 12, 3 }, /* DownTeeArrow */
	{ 3737, 934, 9, 3 }, /* Downarrow */
	{ 9753, 841, 4, 4 }, /* Dscr */
	{ 5558, 3706, 6, 2 }, /* Dstrok */
	{ 10440, 3468, 3, 2 }, /* ENG */
	{ 10401, 4020, 3, 2 }, /* ETH */
	{ 7280, 3516, 6, 2 }, /* Eacute */
	{ 6926, 4078, 6, 2 }, /* Ecaron */
	{ 8214, 3684, 5, 2 }, /* Ecirc */
	{ 9590, 4154, 3, 2 }, /* Ecy */
	{ 10009, 4044, 4, 2 }, /* Edot */
	{ 10269, 797, 3, 4 }, /* Efr */
	{ 7544, 3470, 6, 2 }, /* Egrave */
	{ 915, 1990, 7, 3 }, /* Element */
	{ 9004, 4102, 5, 2 }, /* Emacr */
	{ 1562, 2557, 16, 3 }, /* EmptySmallSquare */
	{ 369, 2287, 20, 3 }, /* EmptyVerySmallSquare */
	{ 8944, 3598, 5, 2 }, /* Eogon */
	{ 9325, 705, 4, 4 }, /* Eopf */
	{ 4704, 3766, 7, 2 }, /* Epsilon */
	{ 95, 2959, 5, 3 }, /* Equal */
	{ 2627, 258, 10, 3 }, /* EqualTilde */
	{ 298, 952, 11, 3 }, /* Equilibrium */
	{ 9561, 1264, 4, 3 }, /* Escr */
	{ 9697, 1795, 4, 3 }, /* Esim */
	{ 10569, 3600, 3, 2 }, /* Eta */
	{ 9349, 3616, 4, 2 }, /* Euml */
	{ 3947, 3319, 6, 3 }, /* Exists */
	{ 2883, 1645, 12, 3 }, /* ExponentialE */
	{ 10287, 3596, 3, 2 }, /* Fcy */
	{ 10551, 577, 3, 4 }, /* Ffr */
	{ 973, 1774, 17, 3 }, /* FilledSmallSquare */
	{ 164, 1408, 21, 3 }, /* FilledVerySmallSquare */
	{ 9345, 633, 4, 4 }, /* Fopf */
	{ 7556, 1030, 6, 3 }, /* ForAll */
	{ 3362, 2881, 10, 3 }, /* Fouriertrf */
	{ 9881, 2881, 4, 3 }, /* Fscr */
	{ 10177, 3942, 4, 2 }, /* GJcy */
	{ 10584, 341, 2, 1 }, /* GT */
	{ 7310, 3424, 5, 2 }, /* Gamma */
	{ 7310, 3732, 6, 2 }, /* Gammad */
	{ 5984, 3674, 6, 2 }, /* Gbreve */
	{ 6104, 3442, 6, 2 }, /* Gcedil */
	{ 9009, 3816, 5, 2 }, /* Gcirc */
	{ 10368, 4074, 3, 2 }, /* Gcy */
	{ 9305, 3782, 4, 2 }, /* Gdot */
	{ 10293, 385, 3, 4 }, /* Gfr */
	{ 10324, 298, 2, 3 }, /* Gg */
	{ 9413, 453, 4, 4 }, /* Gopf */
	{ 1498, 30, 12, 3 }, /* GreaterEqual */
	{ 1498, 162, 16, 3 }, /* GreaterEqualLess */
	{ 510, 193, 16, 3 }, /* GreaterFullEqual */
	{ 64, 198, 14, 3 }, /* GreaterGreater */
	{ 2240, 2392, 11, 3 }, /* GreaterLess */
	{ 272, 318, 17, 3 }, /* GreaterSlantEqual */
	{ 1883, 3211, 12, 3 }, /* GreaterTilde */
	{ 9441, 617, 4, 4 }, /* Gscr */
	{ 9986, 102, 2, 3 }, /* Gt */
	{ 5702, 3514, 6, 2 }, /* HARDcy */
	{ 8234, 4040, 5, 2 }, /* Hacek */
	{ 10254, 4165, 3, 1 }, /* Hat */
	{ 8594, 3478, 5, 2 }, /* Hcirc */
	{ 10470, 2350, 3, 3 }, /* Hfr */
	{ 2847, 1219, 12, 3 }, /* HilbertSpace */
	{ 9641, 2782, 4, 3 }, /* Hopf */
	{ 1999, 2035, 14, 3 }, /* HorizontalLine */
	{ 9781, 1219, 4, 3 }, /* Hscr */
	{ 7274, 3556, 6, 2 }, /* Hstrok */
	{ 1958, 288, 12, 3 }, /* HumpDownHump */
	{ 2838, 243, 9, 3 }, /* HumpEqual */
	{ 9589, 3466, 4, 2 }, /* IEcy */
	{ 8989, 3694, 5, 2 }, /* IJlig */
	{ 9709, 4030, 4, 2 }, /* IOcy */
	{ 7226, 4092, 6, 2 }, /* Iacute */
	{ 9234, 4114, 5, 2 }, /* Icirc */
	{ 10014, 3622, 3, 2 }, /* Icy */
	{ 9481, 4042, 4, 2 }, /* Idot */
	{ 10407, 1777, 3, 3 }, /* Ifr */
	{ 6284, 4022, 6, 2 }, /* Igrave */
	{ 2756, 1777, 2, 3 }, /* Im */
	{ 8239, 3668, 5, 2 }, /* Imacr */
	{ 3412, 3178, 10, 3 }, /* ImaginaryI */
	{ 2756, 1930, 7, 3 }, /* Implies */
	{ 23, 1477, 3, 3 }, /* Int */
	{ 23, 2974, 8, 3 }, /* Integral */
	{ 771, 1690, 12, 3 }, /* Intersection */
	{ 2223, 1732, 14, 3 }, /* InvisibleComma */
	{ 2027, 1768, 14, 3 }, /* InvisibleTimes */
	{ 8269, 3922, 5, 2 }, /* Iogon */
	{ 9693, 597, 4, 4 }, /* Iopf */
	{ 9733, 4004, 4, 2 }, /* Iota */
	{ 9353, 928, 4, 3 }, /* Iscr */
	{ 7718, 4070, 6, 2 }, /* Itilde */
	{ 8454, 4134, 5, 2 }, /* Iukcy */
	{ 10161, 3428, 4, 2 }, /* Iuml */
	{ 8714, 3830, 5, 2 }, /* Jcirc */
	{ 9486, 3440, 3, 2 }, /* Jcy */
	{ 10497, 613, 3, 4 }, /* Jfr */
	{ 9297, 813, 4, 4 }, /* Jopf */
	{ 9913, 837, 4, 4 }, /* Jscr */
	{ 7094, 3762, 6, 2 }, /* Jsercy */
	{ 8089, 3760, 5, 2 }, /* Jukcy */
	{ 9593, 3500, 4, 2 }, /* KHcy */
	{ 10197, 3884, 4, 2 }, /* KJcy */
	{ 8489, 3728, 5, 2 }, /* Kappa */
	{ 7364, 3686, 6, 2 }, /* Kcedil */
	{ 10410, 3720, 3, 2 }, /* Kcy */
	{ 10335, 629, 3, 4 }, /* Kfr */
	{ 9725, 785, 4, 4 }, /* Kopf */
	{ 9361, 593, 4, 4 }, /* Kscr */
	{ 10037, 3666, 4, 2 }, /* LJcy */
	{ 8588, 437, 2, 1 }, /* LT */
	{ 5588, 3682, 6, 2 }, /* Lacute */
	{ 7382, 3912, 6, 2 }, /* Lambda */
	{ 9285, 1381, 4, 3 }, /* Lang */
	{ 3322, 3010, 10, 3 }, /* Laplacetrf */
	{ 9405, 2494, 4, 3 }, /* Larr */
	{ 6902, 3774, 6, 2 }, /* Lcaron */
	{ 7220, 3646, 6, 2 }, /* Lcedil */
	{ 10284, 3688, 3, 2 }, /* Lcy */
	{ 1242, 1021, 16, 3 }, /* LeftAngleBracket */
	{ 536, 2209, 9, 3 }, /* LeftArrow */
	{ 2739, 2020, 12, 3 }, /* LeftArrowBar */
	{ 545, 1198, 19, 3 }, /* LeftArrowRightArrow */
	{ 3020, 2458, 11, 3 }, /* LeftCeiling */
	{ 1075, 2860, 17, 3 }, /* LeftDoubleBracket */
	{ 1041, 2920, 17, 3 }, /* LeftDownTeeVector */
	{ 1109, 1495, 14, 3 }, /* LeftDownVector */
	{ 1109, 1357, 17, 3 }, /* LeftDownVectorBar */
	{ 3692, 3397, 9, 3 }, /* LeftFloor */
	{ 41, 2851, 14, 3 }, /* LeftRightArrow */
	{ 473, 2113, 15, 3 }, /* LeftRightVector */
	{ 994, 3154, 7, 3 }, /* LeftTee */
	{ 2871, 2599, 12, 3 }, /* LeftTeeArrow */
	{ 994, 2395, 13, 3 }, /* LeftTeeVector */
	{ 352, 3373, 12, 3 }, /* LeftTriangle */
	{ 804, 228, 15, 3 }, /* LeftTriangleBar */
	{ 352, 54, 17, 3 }, /* LeftTriangleEqual */
	{ 1530, 2320, 16, 3 }, /* LeftUpDownVector */
	{ 1895, 1780, 15, 3 }, /* LeftUpTeeVector */
	{ 1820, 3127, 12, 3 }, /* LeftUpVector */
	{ 1820, 2812, 15, 3 }, /* LeftUpVectorBar */
	{ 1130, 2167, 10, 3 }, /* LeftVector */
	{ 1130, 2677, 13, 3 }, /* LeftVectorBar */
	{ 3313, 1051, 9, 3 }, /* Leftarrow */
	{ 1716, 2929, 14, 3 }, /* Leftrightarrow */
	{ 1418, 48, 16, 3 }, /* LessEqualGreater */
	{ 2611, 278, 13, 3 }, /* LessFullEqual */
	{ 2100, 2308, 11, 3 }, /* LessGreater */
	{ 1067, 323, 8, 3 }, /* LessLess */
	{ 1163, 238, 14, 3 }, /* LessSlantEqual */
	{ 2802, 2284, 9, 3 }, /* LessTilde */
	{ 10515, 401, 3, 4 }, /* Lfr */
	{ 3422, 203, 2, 3 }, /* Ll */
	{ 3422, 1228, 10, 3 }, /* Lleftarrow */
	{ 6758, 3858, 6, 2 }, /* Lmidot */
	{ 532, 3067, 13, 3 }, /* LongLeftArrow */
	{ 37, 2176, 18, 3 }, /* LongLeftRightArrow */
	{ 415, 1747, 14, 3 }, /* LongRightArrow */
	{ 2689, 1195, 13, 3 }, /* Longleftarrow */
	{ 639, 3037, 18, 3 }, /* Longleftrightarrow */
	{ 2293, 1783, 14, 3 }, /* Longrightarrow */
	{ 9417, 693, 4, 4 }, /* Lopf */
	{ 2349, 1594, 14, 3 }, /* LowerLeftArrow */
	{ 1685, 2671, 15, 3 }, /* LowerRightArrow */
	{ 9401, 3010, 4, 3 }, /* Lscr */
	{ 10389, 2416, 3, 3 }, /* Lsh */
	{ 7154, 3574, 6, 2 }, /* Lstrok */
	{ 9314, 66, 2, 3 }, /* Lt */
	{ 10377, 2779, 3, 3 }, /* Map */
	{ 10392, 3450, 3, 2 }, /* Mcy */
	{ 572, 144, 11, 3 }, /* MediumSpace */
	{ 3809, 1627, 9, 3 }, /* Mellintrf */
	{ 10464, 709, 3, 4 }, /* Mfr */
	{ 3719, 2701, 9, 3 }, /* MinusPlus */
	{ 9837, 449, 4, 4 }, /* Mopf */
	{ 9385, 1627, 4, 3 }, /* Mscr */
	{ 10592, 3866, 2, 2 }, /* Mu */
	{ 9485, 3560, 4, 2 }, /* NJcy */
	{ 5852, 3870, 6, 2 }, /* Nacute */
	{ 5624, 3874, 6, 2 }, /* Ncaron */
	{ 6332, 3810, 6, 2 }, /* Ncedil */
	{ 10431, 3958, 3, 2 }, /* Ncy */
	{ 564, 2152, 19, 3 }, /* NegativeMediumSpace */
	{ 783, 2152, 18, 3 }, /* NegativeThickSpace */
	{ 922, 2152, 17, 3 }, /* NegativeThinSpace */
	{ 185, 2152, 21, 3 }, /* NegativeVeryThinSpace */
	{ 58, 102, 20, 3 }, /* NestedGreaterGreater */
	{ 1061, 66, 14, 3 }, /* NestedLessLess */
	{ 5026, 4176, 7, 1 }, /* NewLine */
	{ 10473, 397, 3, 4 }, /* Nfr */
	{ 4753, 1135, 7, 3 }, /* NoBreak */
	{ 1226, 4098, 16, 2 }, /* NonBreakingSpace */
	{ 10201, 3115, 4, 3 }, /* Nopf */
	{ 55, 3361, 3, 3 }, /* Not */
	{ 2775, 3208, 12, 3 }, /* NotCongruent */
	{ 3881, 2104, 9, 3 }, /* NotCupCap */
	{ 389, 2026, 20, 3 }, /* NotDoubleVerticalBar */
	{ 3292, 1414, 10, 3 }, /* NotElement */
	{ 2624, 949, 8, 3 }, /* NotEqual */
	{ 2624, 258, 13, 5 }, /* NotEqualTilde */
	{ 3944, 1693, 9, 3 }, /* NotExists */
	{ 269, 1942, 10, 3 }, /* NotGreater */
	{ 1655, 1009, 15, 3 }, /* NotGreaterEqual */
	{ 507, 193, 19, 5 }, /* NotGreaterFullEqual */
	{ 854, 173, 17, 5 }, /* NotGreaterGreater */
	{ 2237, 2710, 14, 3 }, /* NotGreaterLess */
	{ 269, 318, 20, 5 }, /* NotGreaterSlantEqual */
	{ 1880, 1933, 15, 3 }, /* NotGreaterTilde */
	{ 1955, 288, 15, 5 }, /* NotHumpDownHump */
	{ 2835, 243, 12, 5 }, /* NotHumpEqual */
	{ 349, 3277, 15, 3 }, /* NotLeftTriangle */
	{ 801, 228, 18, 5 }, /* NotLeftTriangleBar */
	{ 349, 925, 20, 3 }, /* NotLeftTriangleEqual */
	{ 1160, 1906, 7, 3 }, /* NotLess */
	{ 2919, 2983, 12, 3 }, /* NotLessEqual */
	{ 2097, 3349, 14, 3 }, /* NotLessGreater */
	{ 2976, 188, 11, 5 }, /* NotLessLess */
	{ 1160, 238, 17, 5 }, /* NotLessSlantEqual */
	{ 2799, 3307, 12, 3 }, /* NotLessTilde */
	{ 55, 198, 23, 5 }, /* NotNestedGreaterGreater */
	{ 1058, 323, 17, 5 }, /* NotNestedLessLess */
	{ 248, 3325, 11, 3 }, /* NotPrecedes */
	{ 1402, 293, 16, 5 }, /* NotPrecedesEqual */
	{ 248, 3223, 21, 3 }, /* NotPrecedesSlantEqual */
	{ 905, 2767, 17, 3 }, /* NotReverseElement */
	{ 122, 2455, 16, 3 }, /* NotRightTriangle */
	{ 488, 168, 19, 5 }, /* NotRightTriangleBar */
	{ 122, 1666, 21, 3 }, /* NotRightTriangleEqual */
	{ 449, 248, 15, 5 }, /* NotSquareSubset */
	{ 449, 1444, 20, 3 }, /* NotSquareSubsetEqual */
	{ 78, 283, 17, 5 }, /* NotSquareSuperset */
	{ 78, 2533, 22, 3 }, /* NotSquareSupersetEqual */
	{ 2069, 138, 9, 6 }, /* NotSubset */
	{ 2069, 2044, 14, 3 }, /* NotSubsetEqual */
	{ 227, 2482, 11, 3 }, /* NotSucceeds */
	{ 1338, 223, 16, 5 }, /* NotSucceedsEqual */
	{ 227, 1012, 21, 3 }, /* NotSucceedsSlantEqual */
	{ 1514, 253, 16, 5 }, /* NotSucceedsTilde */
	{ 1546, 150, 11, 6 }, /* NotSuperset */
	{ 1546, 1162, 16, 3 }, /* NotSupersetEqual */
	{ 1024, 1186, 8, 3 }, /* NotTilde */
	{ 2676, 3385, 13, 3 }, /* NotTildeEqual */
	{ 1024, 2857, 17, 3 }, /* NotTildeFullEqual */
	{ 2390, 1141, 13, 3 }, /* NotTildeTilde */
	{ 2321, 2674, 14, 3 }, /* NotVerticalBar */
	{ 10017, 345, 4, 4 }, /* Nscr */
	{ 7268, 3962, 6, 2 }, /* Ntilde */
	{ 10596, 3486, 2, 2 }, /* Nu */
	{ 7819, 3776, 5, 2 }, /* OElig */
	{ 6872, 3588, 6, 2 }, /* Oacute */
	{ 8959, 4012, 5, 2 }, /* Ocirc */
	{ 9710, 3846, 3, 2 }, /* Ocy */
	{ 7448, 3506, 6, 2 }, /* Odblac */
	{ 10395, 713, 3, 4 }, /* Ofr */
	{ 6674, 3692, 6, 2 }, /* Ograve */
	{ 7959, 3764, 5, 2 }, /* Omacr */
	{ 8324, 3626, 5, 2 }, /* Omega */
	{ 4795, 3640, 7, 2 }, /* Omicron */
	{ 9501, 477, 4, 4 }, /* Oopf */
	{ 329, 2623, 20, 3 }, /* OpenCurlyDoubleQuote */
	{ 2055, 3079, 14, 3 }, /* OpenCurlyQuote */
	{ 10594, 1165, 2, 3 }, /* Or */
	{ 9381, 605, 4, 4 }, /* Oscr */
	{ 6068, 3534, 6, 2 }, /* Oslash */
	{ 6248, 3698, 6, 2 }, /* Otilde */
	{ 5948, 1312, 6, 3 }, /* Otimes */
	{ 9473, 3780, 4, 2 }, /* Ouml */
	{ 4837, 2764, 7, 3 }, /* OverBar */
	{ 3782, 1612, 9, 3 }, /* OverBrace */
	{ 3130, 2305, 11, 3 }, /* OverBracket */
	{ 1700, 1024, 15, 3 }, /* OverParenthesis */
	{ 4586, 233, 8, 3 }, /* PartialD */
	{ 10263, 3624, 3, 2 }, /* Pcy */
	{ 10422, 645, 3, 4 }, /* Pfr */
	{ 10494, 3410, 3, 2 }, /* Phi */
	{ 10588, 3582, 2, 2 }, /* Pi */
	{ 3917, 3444, 9, 2 }, /* PlusMinus */
	{ 2377, 2350, 13, 3 }, /* Poincareplane */
	{ 9533, 3196, 4, 3 }, /* Popf */
	{ 251, 991, 2, 3 }, /* Pr */
	{ 251, 2002, 8, 3 }, /* Precedes */
	{ 1405, 293, 13, 3 }, /* PrecedesEqual */
	{ 251, 1006, 18, 3 }, /* PrecedesSlantEqual */
	{ 2663, 895, 13, 3 }, /* PrecedesTilde */
	{ 9064, 3130, 5, 3 }, /* Prime */
	{ 5446, 2749, 7, 3 }, /* Product */
	{ 2907, 2446, 10, 3 }, /* Proportion */
	{ 2907, 2356, 12, 3 }, /* Proportional */
	{ 10121, 461, 4, 4 }, /* Pscr */
	{ 10305, 4084, 3, 2 }, /* Psi */
	{ 9713, 4177, 4, 1 }, /* QUOT */
	{ 10485, 381, 3, 4 }, /* Qfr */
	{ 10185, 3184, 4, 3 }, /* Qopf */
	{ 9841, 853, 4, 4 }, /* Qscr */
	{ 8719, 2023, 5, 3 }, /* RBarr */
	{ 10560, 3580, 3, 2 }, /* REG */
	{ 6800, 3948, 6, 2 }, /* Racute */
	{ 9821, 1894, 4, 3 }, /* Rang */
	{ 7538, 2290, 4, 3 }, /* Rarr */
	{ 7538, 2278, 6, 3 }, /* Rarrtl */
	{ 6110, 3892, 6, 2 }, /* Rcaron */
	{ 5924, 3404, 6, 2 }, /* Rcedil */
	{ 10557, 3552, 3, 2 }, /* Rcy */
	{ 289, 2656, 2, 3 }, /* Re */
	{ 908, 2821, 14, 3 }, /* ReverseElement */
	{ 819, 2605, 18, 3 }, /* ReverseEquilibrium */
	{ 289, 1072, 20, 3 }, /* ReverseUpEquilibrium */
	{ 10446, 2656, 3, 3 }, /* Rfr */
	{ 10332, 4104, 3, 2 }, /* Rho */
	{ 939, 1150, 17, 3 }, /* RightAngleBracket */
	{ 45, 2257, 10, 3 }, /* RightArrow */
	{ 2585, 1675, 13, 3 }, /* RightArrowBar */
	{ 602, 1876, 19, 3 }, /* RightArrowLeftArrow */
	{ 2763, 3283, 12, 3 }, /* RightCeiling */
	{ 657, 2488, 18, 3 }, /* RightDoubleBracket */
	{ 675, 2725, 18, 3 }, /* RightDownTeeVector */
	{ 693, 1276, 15, 3 }, /* RightDownVector */
	{ 693, 2977, 18, 3 }, /* RightDownVectorBar */
	{ 3512, 2914, 10, 3 }, /* RightFloor */
	{ 715, 1504, 8, 3 }, /* RightTee */
	{ 2637, 1246, 13, 3 }, /* RightTeeArrow */
	{ 715, 1327, 14, 3 }, /* RightTeeVector */
	{ 125, 1540, 13, 3 }, /* RightTriangle */
	{ 491, 168, 16, 3 }, /* RightTriangleBar */
	{ 125, 120, 18, 3 }, /* RightTriangleEqual */
	{ 888, 1543, 17, 3 }, /* RightUpDownVector */
	{ 1386, 1909, 16, 3 }, /* RightUpTeeVector */
	{ 1482, 3121, 13, 3 }, /* RightUpVector */
	{ 1482, 1834, 16, 3 }, /* RightUpVectorBar */
	{ 477, 1513, 11, 3 }, /* RightVector */
	{ 751, 2230, 14, 3 }, /* RightVectorBar */
	{ 3175, 1930, 10, 3 }, /* Rightarrow */
	{ 9989, 3028, 4, 3 }, /* Ropf */
	{ 2751, 2164, 12, 3 }, /* RoundImplies */
	{ 3119, 2368, 11, 3 }, /* Rrightarrow */
	{ 9977, 2542, 4, 3 }, /* Rscr */
	{ 10299, 1630, 3, 3 }, /* Rsh */
	{ 2965, 1558, 11, 3 }, /* RuleDelayed */
	{ 7442, 3964, 6, 2 }, /* SHCHcy */
	{ 8340, 3790, 4, 2 }, /* SHcy */
	{ 6440, 3848, 6, 2 }, /* SOFTcy */
	{ 6716, 3936, 6, 2 }, /* Sacute */
	{ 6914, 2581, 2, 3 }, /* Sc */
	{ 6914, 3594, 6, 2 }, /* Scaron */
	{ 7172, 3930, 6, 2 }, /* Scedil */
	{ 8994, 3522, 5, 2 }, /* Scirc */
	{ 9994, 3502, 3, 2 }, /* Scy */
	{ 10251, 773, 3, 4 }, /* Sfr */
	{ 2265, 1840, 14, 3 }, /* ShortDownArrow */
	{ 2153, 2209, 14, 3 }, /* ShortLeftArrow */
	{ 1865, 2257, 15, 3 }, /* ShortRightArrow */
	{ 2931, 1351, 12, 3 }, /* ShortUpArrow */
	{ 9219, 3510, 5, 2 }, /* Sigma */
	{ 3053, 2353, 11, 3 }, /* SmallCircle */
	{ 9857, 337, 4, 4 }, /* Sopf */
	{ 9633, 2419, 4, 3 }, /* Sqrt */
	{ 81, 3013, 6, 3 }, /* Square */
	{ 765, 60, 18, 3 }, /* SquareIntersection */
	{ 452, 248, 12, 3 }, /* SquareSubset */
	{ 452, 2170, 17, 3 }, /* SquareSubsetEqual */
	{ 81, 283, 14, 3 }, /* SquareSuperset */
	{ 81, 3238, 19, 3 }, /* SquareSupersetEqual */
	{ 3064, 156, 11, 3 }, /* SquareUnion */
	{ 10101, 601, 4, 4 }, /* Sscr */
	{ 10133, 2092, 4, 3 }, /* Star */
	{ 458, 3043, 3, 3 }, /* Sub */
	{ 458, 3043, 6, 3 }, /* Subset */
	{ 458, 1573, 11, 3 }, /* SubsetEqual */
	{ 230, 1084, 8, 3 }, /* Succeeds */
	{ 1341, 223, 13, 3 }, /* SucceedsEqual */
	{ 230, 2314, 18, 3 }, /* SucceedsSlantEqual */
	{ 1517, 253, 13, 3 }, /* SucceedsTilde */
	{ 4114, 2821, 8, 3 }, /* SuchThat */
	{ 10344, 2062, 3, 3 }, /* Sum */
	{ 87, 1819, 3, 3 }, /* Sup */
	{ 87, 150, 8, 3 }, /* Superset */
	{ 87, 3229, 13, 3 }, /* SupersetEqual */
	{ 7574, 1819, 6, 3 }, /* Supset */
	{ 9154, 4024, 5, 2 }, /* THORN */
	{ 8254, 1078, 5, 3 }, /* TRADE */
	{ 8339, 4064, 5, 2 }, /* TSHcy */
	{ 10209, 3452, 4, 2 }, /* TScy */
	{ 10416, 4164, 3, 1 }, /* Tab */
	{ 10491, 3400, 3, 2 }, /* Tau */
	{ 7550, 3418, 6, 2 }, /* Tcaron */
	{ 6260, 3436, 6, 2 }, /* Tcedil */
	{ 6443, 3918, 3, 2 }, /* Tcy */
	{ 10260, 393, 3, 4 }, /* Tfr */
	{ 3899, 2842, 9, 3 }, /* Therefore */
	{ 8589, 3928, 5, 2 }, /* Theta */
	{ 791, 144, 10, 6 }, /* ThickSpace */
	{ 197, 2518, 9, 3 }, /* ThinSpace */
	{ 1027, 114, 5, 3 }, /* Tilde */
	{ 2679, 3055, 10, 3 }, /* TildeEqual */
	{ 1027, 2884, 14, 3 }, /* TildeFullEqual */
	{ 2393, 1234, 10, 3 }, /* TildeTilde */
	{ 9449, 445, 4, 4 }, /* Topf */
	{ 3935, 2662, 9, 3 }, /* TripleDot */
	{ 9869, 685, 4, 4 }, /* Tscr */
	{ 6200, 3518, 6, 2 }, /* Tstrok */
	{ 6734, 3822, 6, 2 }, /* Uacute */
	{ 4050, 1090, 4, 3 }, /* Uarr */
	{ 4050, 2098, 8, 3 }, /* Uarrocir */
	{ 8049, 3772, 5, 2 }, /* Ubrcy */
	{ 5954, 4046, 6, 2 }, /* Ubreve */
	{ 7724, 3610, 5, 2 }, /* Ucirc */
	{ 9622, 3814, 3, 2 }, /* Ucy */
	{ 6224, 3806, 6, 2 }, /* Udblac */
	{ 10530, 465, 3, 4 }, /* Ufr */
	{ 7016, 4156, 6, 2 }, /* Ugrave */
	{ 9034, 3844, 5, 2 }, /* Umacr */
	{ 4306, 4163, 8, 1 }, /* UnderBar */
	{ 3502, 1309, 10, 3 }, /* UnderBrace */
	{ 2823, 1501, 12, 3 }, /* UnderBracket */
	{ 1578, 2506, 16, 3 }, /* UnderParenthesis */
	{ 3070, 1129, 5, 3 }, /* Union */
	{ 3926, 2692, 9, 3 }, /* UnionPlus */
	{ 8574, 3550, 5, 2 }, /* Uogon */
	{ 9545, 697, 4, 4 }, /* Uopf */
	{ 1450, 1351, 7, 3 }, /* UpArrow */
	{ 3272, 1972, 10, 3 }, /* UpArrowBar */
	{ 1450, 1591, 16, 3 }, /* UpArrowDownArrow */
	{ 962, 1582, 11, 3 }, /* UpDownArrow */
	{ 296, 1843, 13, 3 }, /* UpEquilibrium */
	{ 1391, 2131, 5, 3 }, /* UpTee */
	{ 3382, 1354, 10, 3 }, /* UpTeeArrow */
	{ 5187, 1402, 7, 3 }, /* Uparrow */
	{ 3009, 2371, 11, 3 }, /* Updownarrow */
	{ 2195, 3247, 14, 3 }, /* UpperLeftArrow */
	{ 1760, 1285, 15, 3 }, /* UpperRightArrow */
	{ 5502, 3426, 4, 2 }, /* Upsi */
	{ 5502, 3952, 7, 2 }, /* Upsilon */
	{ 7789, 3464, 5, 2 }, /* Uring */
	{ 9849, 817, 4, 4 }, /* Uscr */
	{ 6554, 3740, 6, 2 }, /* Utilde */
	{ 9453, 3798, 4, 2 }, /* Uuml */
	{ 6909, 1999, 5, 3 }, /* VDash */
	{ 9373, 2806, 4, 3 }, /* Vbar */
	{ 10437, 3988, 3, 2 }, /* Vcy */
	{ 6590, 1969, 5, 3 }, /* Vdash */
	{ 6590, 2302, 6, 3 }, /* Vdashl */
	{ 10404, 1945, 3, 3 }, /* Vee */
	{ 6194, 2845, 6, 3 }, /* Verbar */
	{ 398, 2845, 4, 3 }, /* Vert */
	{ 398, 2407, 11, 3 }, /* VerticalBar */
	{ 2859, 4188, 12, 1 }, /* VerticalLine */
	{ 1092, 3274, 17, 3 }, /* VerticalSeparator */
	{ 2442, 988, 13, 3 }, /* VerticalTilde */
	{ 193, 147, 13, 3 }, /* VeryThinSpace */
	{ 10341, 429, 3, 4 }, /* Vfr */
	{ 9637, 405, 4, 4 }, /* Vopf */
	{ 9597, 497, 4, 4 }, /* Vscr */
	{ 6014, 2704, 6, 3 }, /* Vvdash */
	{ 8444, 3734, 5, 2 }, /* Wcirc */
	{ 8194, 2512, 5, 3 }, /* Wedge */
	{ 10578, 489, 3, 4 }, /* Wfr */
	{ 10145, 457, 4, 4 }, /* Wopf */
	{ 9429, 369, 4, 4 }, /* Wscr */
	{ 10566, 485, 3, 4 }, /* Xfr */
	{ 10590, 3652, 2, 2 }, /* Xi */
	{ 9669, 373, 4, 4 }, /* Xopf */
	{ 9549, 809, 4, 4 }, /* Xscr */
	{ 9365, 3832, 4, 2 }, /* YAcy */
	{ 10013, 4018, 4, 2 }, /* YIcy */
	{ 9621, 3612, 4, 2 }, /* YUcy */
	{ 7502, 4100, 6, 2 }, /* Yacute */
	{ 8564, 3420, 5, 2 }, /* Ycirc */
	{ 10524, 4124, 3, 2 }, /* Ycy */
	{ 10296, 421, 3, 4 }, /* Yfr */
	{ 9525, 725, 4, 4 }, /* Yopf */
	{ 10113, 433, 4, 4 }, /* Yscr */
	{ 10033, 3960, 4, 2 }, /* Yuml */
	{ 9581, 3662, 4, 2 }, /* ZHcy */
	{ 6032, 3604, 6, 2 }, /* Zacute */
	{ 6854, 3950, 6, 2 }, /* Zcaron */
	{ 10110, 3536, 3, 2 }, /* Zcy */
	{ 9853, 3664, 4, 2 }, /* Zdot */
	{ 2279, 2152, 14, 3 }, /* ZeroWidthSpace */
	{ 9577, 3716, 4, 2 }, /* Zeta */
	{ 10467, 1189, 3, 3 }, /* Zfr */
	{ 9617, 1642, 4, 3 }, /* Zopf */
	{ 9925, 585, 4, 4 }, /* Zscr */
	{ 6158, 3670, 6, 2 }, /* aacute */
	{ 5900, 4008, 6, 2 }, /* abreve */
	{ 102, 273, 2, 3 }, /* ac */
	{ 10482, 273, 3, 5 }, /* acE */
	{ 10257, 3187, 3, 3 }, /* acd */
	{ 8744, 3802, 5, 2 }, /* acirc */
	{ 5589, 4132, 5, 2 }, /* acute */
	{ 9806, 3838, 3, 2 }, /* acy */
	{ 8484, 3448, 5, 2 }, /* aelig */
	{ 4560, 1153, 2, 3 }, /* af */
	{ 10434, 361, 3, 4 }, /* afr */
	{ 7208, 3926, 6, 2 }, /* agrave */
	{ 5243, 1465, 7, 3 }, /* alefsym */
	{ 8354, 1465, 5, 3 }, /* aleph */
	{ 8684, 3578, 5, 2 }, /* alpha */
	{ 8624, 3488, 5, 2 }, /* amacr */
	{ 8494, 1063, 5, 3 }, /* amalg */
	{ 10554, 4190, 3, 1 }, /* amp */
	{ 4666, 2908, 3, 3 }, /* and */
	{ 7436, 1225, 6, 3 }, /* andand */
	{ 9729, 2893, 4, 3 }, /* andd */
	{ 4666, 2182, 8, 3 }, /* andslope */
	{ 9613, 2539, 4, 3 }, /* andv */
	{ 133, 6, 3, 3 }, /* ang */
	{ 8395, 2332, 4, 3 }, /* ange */
	{ 133, 6, 5, 3 }, /* angle */
	{ 3970, 2359, 6, 3 }, /* angmsd */
	{ 4362, 1921, 8, 3 }, /* angmsdaa */
	{ 4074, 2326, 8, 3 }, /* angmsdab */
	{ 4202, 1252, 8, 3 }, /* angmsdac */
	{ 4354, 2800, 8, 3 }, /* angmsdad */
	{ 3970, 2566, 8, 3 }, /* angmsdae */
	{ 4554, 2830, 8, 3 }, /* angmsdaf */
	{ 4322, 2584, 8, 3 }, /* angmsdag */
	{ 4594, 1858, 8, 3 }, /* angmsdah */
	{ 4642, 2854, 5, 3 }, /* angrt */
	{ 4642, 3163, 7, 3 }, /* angrtvb */
	{ 4642, 1609, 8, 3 }, /* angrtvbd */
	{ 7076, 2254, 6, 3 }, /* angsph */
	{ 8069, 3976, 5, 2 }, /* angst */
	{ 5327, 3253, 7, 3 }, /* angzarr */
	{ 8979, 3434, 5, 2 }, /* aogon */
	{ 9377, 805, 4, 4 }, /* aopf */
	{ 310, 1234, 2, 3 }, /* ap */
	{ 10226, 178, 3, 3 }, /* apE */
	{ 7406, 1672, 6, 3 }, /* apacir */
	{ 8702, 3151, 3, 3 }, /* ape */
	{ 8055, 208, 4, 3 }, /* apid */
	{ 8695, 4184, 4, 1 }, /* apos */
	{ 2992, 1234, 6, 3 }, /* approx */
	{ 4386, 3151, 8, 3 }, /* approxeq */
	{ 9169, 3850, 5, 2 }, /* aring */
	{ 10165, 761, 4, 4 }, /* ascr */
	{ 3469, 4179, 3, 1 }, /* ast */
	{ 5236, 1234, 5, 3 }, /* asymp */
	{ 5236, 12, 7, 3 }, /* asympeq */
	{ 7244, 4076, 6, 2 }, /* atilde */
	{ 9961, 3492, 4, 2 }, /* auml */
	{ 4538, 2989, 8, 3 }, /* awconint */
	{ 7759, 883, 5, 3 }, /* awint */
	{ 9897, 2734, 4, 3 }, /* bNot */
	{ 4466, 3358, 8, 3 }, /* backcong */
	{ 3229, 3532, 11, 2 }, /* backepsilon */
	{ 3683, 1885, 9, 3 }, /* backprime */
	{ 3800, 328, 7, 3 }, /* backsim */
	{ 3800, 1147, 9, 3 }, /* backsimeq */
	{ 6473, 2434, 6, 3 }, /* barvee */
	{ 2257, 2347, 6, 3 }, /* barwed */
	{ 2257, 2347, 8, 3 }, /* barwedge */
	{ 4218, 1501, 4, 3 }, /* bbrk */
	{ 4218, 3250, 8, 3 }, /* bbrktbrk */
	{ 9079, 3358, 5, 3 }, /* bcong */
	{ 10572, 3828, 3, 2 }, /* bcy */
	{ 8259, 1297, 5, 3 }, /* bdquo */
	{ 5271, 2998, 6, 3 }, /* becaus */
	{ 5271, 2998, 7, 3 }, /* because */
	{ 5418, 2266, 7, 3 }, /* bemptyv */
	{ 8114, 3532, 5, 2 }, /* bepsi */
	{ 7046, 1333, 6, 3 }, /* bernou */
	{ 9341, 3438, 4, 2 }, /* beta */
	{ 9573, 1753, 4, 3 }, /* beth */
	{ 5257, 2053, 7, 3 }, /* between */
	{ 10248, 789, 3, 4 }, /* bfr */
	{ 6992, 1690, 6, 3 }, /* bigcap */
	{ 5166, 2083, 7, 3 }, /* bigcirc */
	{ 6518, 1129, 6, 3 }, /* bigcup */
	{ 5180, 1360, 7, 3 }, /* bigodot */
	{ 4618, 3268, 8, 3 }, /* bigoplus */
	{ 3755, 1861, 9, 3 }, /* bigotimes */
	{ 4490, 1159, 8, 3 }, /* bigsqcup */
	{ 5369, 1993, 7, 3 }, /* bigstar */
	{ 1970, 3340, 15, 3 }, /* bigtriangledown */
	{ 2559, 2980, 13, 3 }, /* bigtriangleup */
	{ 4210, 2575, 8, 3 }, /* biguplus */
	{ 6128, 1945, 6, 3 }, /* bigvee */
	{ 4250, 2512, 8, 3 }, /* bigwedge */
	{ 3988, 2995, 6, 3 }, /* bkarow */
	{ 2787, 3091, 12, 3 }, /* blacklozenge */
	{ 3031, 1408, 11, 3 }, /* blacksquare */
	{ 729, 1375, 13, 3 }, /* blacktriangle */
	{ 837, 2953, 17, 3 }, /* blacktriangledown */
	{ 1177, 1168, 17, 3 }, /* blacktriangleleft */
	{ 729, 2632, 18, 3 }, /* blacktriangleright */
	{ 8434, 3337, 5, 3 }, /* blank */
	{ 7919, 973, 5, 3 }, /* blk12 */
	{ 8499, 2440, 5, 3 }, /* blk14 */
	{ 8344, 2374, 5, 3 }, /* blk34 */
	{ 7874, 2716, 5, 3 }, /* block */
	{ 4998, 513, 3, 4 }, /* bne */
	{ 4998, 42, 7, 6 }, /* bnequiv */
	{ 9625, 922, 4, 3 }, /* bnot */
	{ 9969, 661, 4, 4 }, /* bopf */
	{ 5798, 2131, 3, 3 }, /* bot */
	{ 5798, 2131, 6, 3 }, /* bottom */
	{ 6866, 1231, 6, 3 }, /* bowtie */
	{ 8044, 1216, 5, 3 }, /* boxDL */
	{ 9139, 1744, 5, 3 }, /* boxDR */
	{ 8889, 3073, 5, 3 }, /* boxDl */
	{ 8639, 1060, 5, 3 }, /* boxDr */
	{ 7824, 1996, 4, 3 }, /* boxH */
	{ 8904, 3286, 5, 3 }, /* boxHD */
	{ 9084, 1300, 5, 3 }, /* boxHU */
	{ 8084, 1624, 5, 3 }, /* boxHd */
	{ 7824, 1873, 5, 3 }, /* boxHu */
	{ 7954, 2437, 5, 3 }, /* boxUL */
	{ 9184, 2296, 5, 3 }, /* boxUR */
	{ 7929, 1000, 5, 3 }, /* boxUl */
	{ 8124, 3310, 5, 3 }, /* boxUr */
	{ 8064, 2248, 4, 3 }, /* boxV */
	{ 8459, 1120, 5, 3 }, /* boxVH */
	{ 8374, 1981, 5, 3 }, /* boxVL */
	{ 8209, 2218, 5, 3 }, /* boxVR */
	{ 8064, 2596, 5, 3 }, /* boxVh */
	{ 9199, 898, 5, 3 }, /* boxVl */
	{ 8654, 1570, 5, 3 }, /* boxVr */
	{ 5594, 2425, 6, 3 }, /* boxbox */
	{ 8584, 1075, 5, 3 }, /* boxdL */
	{ 7924, 2344, 5, 3 }, /* boxdR */
	{ 8544, 1132, 5, 3 }, /* boxdl */
	{ 9014, 2251, 5, 3 }, /* boxdr */
	{ 8464, 2035, 4, 3 }, /* boxh */
	{ 9019, 1033, 5, 3 }, /* boxhD */
	{ 8939, 2362, 5, 3 }, /* boxhU */
	{ 8464, 2695, 5, 3 }, /* boxhd */
	{ 8819, 2935, 5, 3 }, /* boxhu */
	{ 4410, 3313, 8, 3 }, /* boxminus */
	{ 4816, 1831, 7, 3 }, /* boxplus */
	{ 4394, 1579, 8, 3 }, /* boxtimes */
	{ 8129, 1816, 5, 3 }, /* boxuL */
	{ 8974, 2638, 5, 3 }, /* boxuR */
	{ 7949, 1123, 5, 3 }, /* boxul */
	{ 7739, 2089, 5, 3 }, /* boxur */
	{ 7964, 2014, 4, 3 }, /* boxv */
	{ 8204, 1492, 5, 3 }, /* boxvH */
	{ 8039, 2728, 5, 3 }, /* boxvL */
	{ 9149, 1660, 5, 3 }, /* boxvR */
	{ 8334, 2134, 5, 3 }, /* boxvh */
	{ 9244, 2746, 5, 3 }, /* boxvl */
	{ 7964, 1045, 5, 3 }, /* boxvr */
	{ 6548, 1885, 6, 3 }, /* bprime */
	{ 5811, 4142, 5, 2 }, /* breve */
	{ 6062, 3642, 6, 2 }, /* brvbar */
	{ 10149, 533, 4, 4 }, /* bscr */
	{ 9089, 2665, 5, 3 }, /* bsemi */
	{ 6214, 328, 4, 3 }, /* bsim */
	{ 8799, 1147, 5, 3 }, /* bsime */
	{ 4162, 4182, 4, 1 }, /* bsol */
	{ 8509, 1489, 5, 3 }, /* bsolb */
	{ 4162, 1669, 8, 3 }, /* bsolhsub */
	{ 5552, 1828, 4, 3 }, /* bull */
	{ 5552, 1828, 6, 3 }, /* bullet */
	{ 6584, 288, 4, 3 }, /* bump */
	{ 8899, 982, 5, 3 }, /* bumpE */
	{ 6584, 243, 5, 3 }, /* bumpe */
	{ 6584, 243, 6, 3 }, /* bumpeq */
	{ 6938, 3954, 6, 2 }, /* cacute */
	{ 3305, 108, 3, 3 }, /* cap */
	{ 6308, 1762, 6, 3 }, /* capand */
	{ 4130, 2068, 8, 3 }, /* capbrcup */
	{ 6662, 3202, 6, 3 }, /* capcap */
	{ 6218, 1243, 6, 3 }, /* capcup */
	{ 5930, 2896, 6, 3 }, /* capdot */
	{ 6598, 108, 4, 6 }, /* caps */
	{ 8764, 1315, 5, 3 }, /* caret */
	{ 5625, 4040, 5, 2 }, /* caron */
	{ 8184, 1270, 5, 3 }, /* ccaps */
	{ 5876, 4150, 6, 2 }, /* ccaron */
	{ 6836, 4068, 6, 2 }, /* ccedil */
	{ 8964, 3634, 5, 2 }, /* ccirc */
	{ 5474, 1855, 5, 3 }, /* ccups */
	{ 5474, 2143, 7, 3 }, /* ccupssm */
	{ 9461, 4038, 4, 2 }, /* cdot */
	{ 5925, 3768, 5, 2 }, /* cedil */
	{ 5040, 1699, 7, 3 }, /* cemptyv */
	{ 3620, 3544, 4, 2 }, /* cent */
	{ 3620, 3554, 9, 2 }, /* centerdot */
	{ 10536, 669, 3, 4 }, /* cfr */
	{ 6046, 3702, 4, 2 }, /* chcy */
	{ 3746, 1846, 5, 3 }, /* check */
	{ 3746, 1846, 9, 3 }, /* checkmark */
	{ 10311, 4152, 3, 2 }, /* chi */
	{ 1466, 2602, 3, 3 }, /* cir */
	{ 9673, 2971, 4, 3 }, /* cirE */
	{ 1466, 3458, 4, 2 }, /* circ */
	{ 7394, 1600, 6, 3 }, /* circeq */
	{ 1775, 2173, 15, 3 }, /* circlearrowleft */
	{ 1466, 3259, 16, 3 }, /* circlearrowright */
	{ 4154, 3580, 8, 2 }, /* circledR */
	{ 4330, 1390, 8, 3 }, /* circledS */
	{ 3462, 1192, 10, 3 }, /* circledast */
	{ 3251, 901, 11, 3 }, /* circledcirc */
	{ 3196, 2608, 11, 3 }, /* circleddash */
	{ 9973, 1600, 4, 3 }, /* cire */
	{ 4434, 2071, 8, 3 }, /* cirfnint */
	{ 6404, 2689, 6, 3 }, /* cirmid */
	{ 5173, 1387, 7, 3 }, /* cirscir */
	{ 4186, 964, 5, 3 }, /* clubs */
	{ 4186, 964, 8, 3 }, /* clubsuit */
	{ 4851, 4181, 5, 1 }, /* colon */
	{ 4851, 2965, 6, 3 }, /* colone */
	{ 4851, 2965, 7, 3 }, /* coloneq */
	{ 5996, 4169, 5, 1 }, /* comma */
	{ 5996, 4175, 6, 1 }, /* commat */
	{ 3522, 2365, 4, 3 }, /* comp */
	{ 6098, 2353, 6, 3 }, /* compfn */
	{ 3522, 2365, 10, 3 }, /* complement */
	{ 3764, 2335, 9, 3 }, /* complexes */
	{ 3995, 2884, 4, 3 }, /* cong */
	{ 3995, 183, 7, 3 }, /* congdot */
	{ 4300, 2890, 6, 3 }, /* conint */
	{ 10193, 389, 4, 4 }, /* copf */
	{ 5990, 2401, 6, 3 }, /* coprod */
	{ 6974, 3968, 4, 2 }, /* copy */
	{ 6974, 2524, 6, 3 }, /* copysr */
	{ 9054, 1384, 5, 3 }, /* crarr */
	{ 5322, 1900, 5, 3 }, /* cross */
	{ 10141, 525, 4, 4 }, /* cscr */
	{ 9194, 2527, 4, 3 }, /* csub */
	{ 9194, 2833, 5, 3 }, /* csube */
	{ 8379, 1174, 4, 3 }, /* csup */
	{ 8379, 3199, 5, 3 }, /* csupe */
	{ 8399, 3109, 5, 3 }, /* ctdot */
	{ 5194, 1111, 7, 3 }, /* cudarrl */
	{ 4921, 940, 7, 3 }, /* cudarrr */
	{ 9259, 1864, 5, 3 }, /* cuepr */
	{ 9129, 1522, 5, 3 }, /* cuesc */
	{ 5278, 2413, 6, 3 }, /* cularr */
	{ 5278, 2962, 7, 3 }, /* cularrp */
	{ 4066, 24, 3, 3 }, /* cup */
	{ 4066, 1975, 8, 3 }, /* cupbrcap */
	{ 7010, 3271, 6, 3 }, /* cupcap */
	{ 6500, 955, 6, 3 }, /* cupcup */
	{ 5972, 1462, 6, 3 }, /* cupdot */
	{ 8289, 2848, 5, 3 }, /* cupor */
	{ 4864, 24, 4, 6 }, /* cups */
	{ 5334, 1432, 6, 3 }, /* curarr */
	{ 5334, 1405, 7, 3 }, /* curarrm */
	{ 3207, 1864, 11, 3 }, /* curlyeqprec */
	{ 3097, 1522, 11, 3 }, /* curlyeqsucc */
	{ 4562, 1348, 8, 3 }, /* curlyvee */
	{ 3572, 3046, 10, 3 }, /* curlywedge */
	{ 7040, 3496, 6, 2 }, /* curren */
	{ 2307, 2413, 14, 3 }, /* curvearrowleft */
	{ 1910, 1432, 15, 3 }, /* curvearrowright */
	{ 8629, 1348, 5, 3 }, /* cuvee */
	{ 7904, 3046, 5, 3 }, /* cuwed */
	{ 4298, 3076, 8, 3 }, /* cwconint */
	{ 9179, 1507, 5, 3 }, /* cwint */
	{ 7682, 2299, 6, 3 }, /* cylcty */
	{ 10117, 934, 4, 3 }, /* dArr */
	{ 9541, 2194, 4, 3 }, /* dHar */
	{ 5223, 2836, 6, 3 }, /* dagger */
	{ 6950, 2905, 6, 3 }, /* daleth */
	{ 4923, 1840, 4, 3 }, /* darr */
	{ 3203, 1567, 4, 3 }, /* dash */
	{ 8669, 3154, 5, 3 }, /* dashv */
	{ 4711, 2233, 7, 3 }, /* dbkarow */
	{ 6225, 3708, 5, 2 }, /* dblac */
	{ 6770, 3860, 6, 2 }, /* dcaron */
	{ 7433, 3636, 3, 2 }, /* dcy */
	{ 3202, 2941, 2, 3 }, /* dd */
	{ 5222, 1459, 7, 3 }, /* ddagger */
	{ 8029, 1306, 5, 3 }, /* ddarr */
	{ 4767, 2470, 7, 3 }, /* ddotseq */
	{ 5694, 3882, 3, 2 }, /* deg */
	{ 7814, 4088, 5, 2 }, /* delta */
	{ 5047, 2797, 7, 3 }, /* demptyv */
	{ 7070, 1759, 6, 3 }, /* dfisht */
	{ 10326, 741, 3, 4 }, /* dfr */
	{ 8144, 1495, 5, 3 }, /* dharl */
	{ 9029, 1276, 5, 3 }, /* dharr */
	{ 3152, 3088, 4, 3 }, /* diam */
	{ 3152, 3088, 7, 3 }, /* diamond */
	{ 3152, 1651, 11, 3 }, /* diamondsuit */
	{ 9114, 1651, 5, 3 }, /* diams */
	{ 10527, 3940, 3, 2 }, /* die */
	{ 4935, 3540, 7, 2 }, /* digamma */
	{ 8759, 1471, 5, 3 }, /* disin */
	{ 2429, 3852, 3, 2 }, /* div */
	{ 2429, 3852, 6, 2 }, /* divide */
	{ 2429, 1810, 13, 3 }, /* divideontimes */
	{ 6242, 1810, 6, 3 }, /* divonx */
	{ 9657, 3876, 4, 2 }, /* djcy */
	{ 5654, 2056, 6, 3 }, /* dlcorn */
	{ 6176, 1903, 6, 3 }, /* dlcrop */
	{ 5672, 4172, 6, 1 }, /* dollar */
	{ 9685, 753, 4, 4 }, /* dopf */
	{ 2527, 3836, 3, 2 }, /* dot */
	{ 4274, 263, 5, 3 }, /* doteq */
	{ 4274, 1339, 8, 3 }, /* doteqdot */
	{ 4282, 1852, 8, 3 }, /* dotminus */
	{ 4718, 1105, 7, 3 }, /* dotplus */
	{ 3638, 1684, 9, 3 }, /* dotsquare */
	{ 2251, 2074, 14, 3 }, /* doublebarwedge */
	{ 2115, 1840, 9, 3 }, /* downarrow */
	{ 2111, 1306, 14, 3 }, /* downdownarrows */
	{ 1670, 1495, 15, 3 }, /* downharpoonleft */
	{ 1322, 1276, 16, 3 }, /* downharpoonright */
	{ 3986, 2023, 8, 3 }, /* drbkarow */
	{ 5576, 886, 6, 3 }, /* drcorn */
	{ 6650, 1888, 6, 3 }, /* drcrop */
	{ 9289, 377, 4, 4 }, /* dscr */
	{ 10221, 4062, 4, 2 }, /* dscy */
	{ 6567, 2755, 4, 3 }, /* dsol */
	{ 5648, 4120, 6, 2 }, /* dstrok */
	{ 7984, 2476, 5, 3 }, /* dtdot */
	{ 7855, 2650, 4, 3 }, /* dtri */
	{ 8519, 2953, 5, 3 }, /* dtrif */
	{ 8439, 1912, 5, 3 }, /* duarr */
	{ 8554, 1072, 5, 3 }, /* duhar */
	{ 5425, 2824, 7, 3 }, /* dwangle */
	{ 9917, 4144, 4, 2 }, /* dzcy */
	{ 4002, 1891, 8, 3 }, /* dzigrarr */
	{ 4673, 2470, 5, 3 }, /* eDDot */
	{ 3841, 1339, 4, 3 }, /* eDot */
	{ 6050, 3826, 6, 2 }, /* eacute */
	{ 5792, 1822, 6, 3 }, /* easter */
	{ 6620, 4158, 6, 2 }, /* ecaron */
	{ 8224, 2707, 4, 3 }, /* ecir */
	{ 8224, 4130, 5, 2 }, /* ecirc */
	{ 6398, 994, 6, 3 }, /* ecolon */
	{ 10130, 4010, 3, 2 }, /* ecy */
	{ 4700, 4052, 4, 2 }, /* edot */
	{ 234, 1645, 2, 3 }, /* ee */
	{ 8249, 3133, 5, 3 }, /* efDot */
	{ 6289, 509, 3, 4 }, /* efr */
	{ 26, 2323, 2, 3 }, /* eg */
	{ 7130, 3590, 6, 2 }, /* egrave */
	{ 7178, 3316, 3, 3 }, /* egs */
	{ 7178, 1093, 6, 3 }, /* egsdot */
	{ 582, 1426, 2, 3 }, /* el */
	{ 4458, 2422, 8, 3 }, /* elinters */
	{ 3810, 2554, 3, 3 }, /* ell */
	{ 5540, 1714, 3, 3 }, /* els */
	{ 5540, 3298, 6, 3 }, /* elsdot */
	{ 8134, 3628, 5, 2 }, /* emacr */
	{ 3964, 2464, 5, 3 }, /* empty */
	{ 4610, 2464, 8, 3 }, /* emptyset */
	{ 3964, 2464, 6, 3 }, /* emptyv */
	{ 6824, 2017, 4, 3 }, /* emsp */
	{ 7562, 2047, 6, 3 }, /* emsp13 */
	{ 6824, 1099, 6, 3 }, /* emsp14 */
	{ 2795, 3712, 3, 2 }, /* eng */
	{ 9705, 1696, 4, 3 }, /* ensp */
	{ 8704, 3482, 5, 2 }, /* eogon */
	{ 9309, 765, 4, 4 }, /* eopf */
	{ 1101, 2389, 4, 3 }, /* epar */
	{ 4508, 1096, 6, 3 }, /* eparsl */
	{ 8914, 2122, 5, 3 }, /* eplus */
	{ 1798, 3656, 4, 2 }, /* epsi */
	{ 1798, 3656, 7, 2 }, /* epsilon */
	{ 7734, 3678, 5, 2 }, /* epsiv */
	{ 3194, 2707, 6, 3 }, /* eqcirc */
	{ 5488, 994, 7, 3 }, /* eqcolon */
	{ 9059, 258, 5, 3 }, /* eqsim */
	{ 3402, 3316, 10, 3 }, /* eqslantgtr */
	{ 3075, 1714, 11, 3 }, /* eqslantless */
	{ 7652, 513, 6, 1 }, /* equals */
	{ 6848, 2548, 6, 3 }, /* equest */
	{ 5000, 42, 5, 3 }, /* equiv */
	{ 5159, 1435, 7, 3 }, /* equivDD */
	{ 4338, 2005, 8, 3 }, /* eqvparsl */
	{ 3678, 2818, 5, 3 }, /* erDot */
	{ 4885, 2227, 5, 3 }, /* erarr */
	{ 9421, 2521, 4, 3 }, /* escr */
	{ 4059, 263, 5, 3 }, /* esdot */
	{ 5431, 258, 4, 3 }, /* esim */
	{ 4036, 3700, 3, 2 }, /* eta */
	{ 4257, 3660, 3, 2 }, /* eth */
	{ 9889, 3886, 4, 2 }, /* euml */
	{ 9909, 2770, 4, 3 }, /* euro */
	{ 7730, 4162, 4, 1 }, /* excl */
	{ 5412, 3319, 5, 3 }, /* exist */
	{ 3042, 1264, 11, 3 }, /* expectation */
	{ 2895, 1645, 12, 3 }, /* exponentiale */
	{ 2520, 3133, 13, 3 }, /* fallingdotseq */
	{ 10398, 3562, 3, 2 }, /* fcy */
	{ 6254, 1258, 6, 3 }, /* female */
	{ 5612, 3169, 6, 3 }, /* ffilig */
	{ 9204, 3175, 5, 3 }, /* fflig */
	{ 7532, 937, 6, 3 }, /* ffllig */
	{ 10359, 801, 3, 4 }, /* ffr */
	{ 5613, 2281, 5, 3 }, /* filig */
	{ 7784, 3696, 5, 2 }, /* fjlig */
	{ 9601, 2224, 4, 3 }, /* flat */
	{ 7533, 3145, 5, 3 }, /* fllig */
	{ 8274, 2086, 5, 3 }, /* fltns */
	{ 9813, 4136, 4, 2 }, /* fnof */
	{ 9477, 781, 4, 4 }, /* fopf */
	{ 7082, 1030, 6, 3 }, /* forall */
	{ 3859, 1789, 4, 3 }, /* fork */
	{ 8614, 3139, 5, 3 }, /* forkv */
	{ 4146, 931, 8, 3 }, /* fpartint */
	{ 6860, 3584, 6, 2 }, /* frac12 */
	{ 6638, 967, 6, 3 }, /* frac13 */
	{ 6290, 4082, 6, 2 }, /* frac14 */
	{ 7658, 1555, 6, 3 }, /* frac15 */
	{ 6704, 2731, 6, 3 }, /* frac16 */
	{ 7352, 2572, 6, 3 }, /* frac18 */
	{ 5774, 1948, 6, 3 }, /* frac23 */
	{ 7232, 2275, 6, 3 }, /* frac25 */
	{ 5942, 4028, 6, 2 }, /* frac34 */
	{ 6434, 2146, 6, 3 }, /* frac35 */
	{ 6002, 1273, 6, 3 }, /* frac38 */
	{ 6422, 3355, 6, 3 }, /* frac45 */
	{ 5714, 1447, 6, 3 }, /* frac56 */
	{ 6086, 3394, 6, 3 }, /* frac58 */
	{ 5684, 1411, 6, 3 }, /* frac78 */
	{ 9174, 3280, 5, 3 }, /* frasl */
	{ 6489, 976, 5, 3 }, /* frown */
	{ 9517, 777, 4, 4 }, /* fscr */
	{ 8412, 193, 2, 3 }, /* gE */
	{ 8412, 3097, 3, 3 }, /* gEl */
	{ 6464, 3680, 6, 2 }, /* gacute */
	{ 4937, 4116, 5, 2 }, /* gamma */
	{ 6818, 3540, 6, 2 }, /* gammad */
	{ 10563, 2500, 3, 3 }, /* gap */
	{ 5810, 3856, 6, 2 }, /* gbreve */
	{ 4329, 3970, 5, 2 }, /* gcirc */
	{ 10275, 4112, 3, 2 }, /* gcy */
	{ 2526, 3750, 4, 2 }, /* gdot */
	{ 2263, 30, 2, 3 }, /* ge */
	{ 3580, 162, 3, 3 }, /* gel */
	{ 3828, 30, 3, 3 }, /* geq */
	{ 8350, 193, 4, 3 }, /* geqq */
	{ 3828, 318, 8, 3 }, /* geqslant */
	{ 4082, 318, 3, 3 }, /* ges */
	{ 8104, 1498, 5, 3 }, /* gescc */
	{ 4082, 1771, 6, 3 }, /* gesdot */
	{ 4082, 1960, 7, 3 }, /* gesdoto */
	{ 4082, 2659, 8, 3 }, /* gesdotol */
	{ 6986, 162, 4, 6 }, /* gesl */
	{ 6986, 2077, 6, 3 }, /* gesles */
	{ 9173, 733, 3, 4 }, /* gfr */
	{ 5225, 102, 2, 3 }, /* gg */
	{ 10458, 298, 3, 3 }, /* ggg */
	{ 7864, 1282, 5, 3 }, /* gimel */
	{ 9717, 3878, 4, 2 }, /* gjcy */
	{ 135, 2392, 2, 3 }, /* gl */
	{ 10308, 2377, 3, 3 }, /* glE */
	{ 10365, 2473, 3, 3 }, /* gla */
	{ 10314, 1369, 3, 3 }, /* glj */
	{ 10443, 0, 3, 3 }, /* gnE */
	{ 4530, 2680, 4, 3 }, /* gnap */
	{ 4530, 2680, 8, 3 }, /* gnapprox */
	{ 8579, 1171, 3, 3 }, /* gne */
	{ 8579, 1171, 4, 3 }, /* gneq */
	{ 8579, 0, 5, 3 }, /* gneqq */
	{ 8179, 1324, 5, 3 }, /* gnsim */
	{ 9397, 861, 4, 4 }, /* gopf */
	{ 6285, 4173, 5, 1 }, /* grave */
	{ 9433, 919, 4, 3 }, /* gscr */
	{ 8025, 3211, 4, 3 }, /* gsim */
	{ 8794, 2380, 5, 3 }, /* gsime */
	{ 9239, 2593, 5, 3 }, /* gsiml */
	{ 1972, 341, 2, 1 }, /* gt */
	{ 9469, 3322, 4, 3 }, /* gtcc */
	{ 8384, 1126, 5, 3 }, /* gtcir */
	{ 8219, 3082, 5, 3 }, /* gtdot */
	{ 7514, 2614, 6, 3 }, /* gtlPar */
	{ 5285, 2761, 7, 3 }, /* gtquest */
	{ 3728, 2500, 9, 3 }, /* gtrapprox */
	{ 6152, 2713, 6, 3 }, /* gtrarr */
	{ 6320, 3082, 6, 3 }, /* gtrdot */
	{ 3602, 162, 9, 3 }, /* gtreqless */
	{ 3452, 3097, 10, 3 }, /* gtreqqless */
	{ 5306, 2392, 7, 3 }, /* gtrless */
	{ 5696, 3211, 6, 3 }, /* gtrsim */
	{ 3701, 0, 9, 6 }, /* gvertneqq */
	{ 9737, 0, 4, 6 }, /* gvnE */
	{ 7770, 2929, 4, 3 }, /* hArr */
	{ 6188, 147, 6, 3 }, /* hairsp */
	{ 10073, 3584, 4, 2 }, /* half */
	{ 7316, 1219, 6, 3 }, /* hamilt */
	{ 7430, 3710, 6, 2 }, /* hardcy */
	{ 5292, 2851, 4, 3 }, /* harr */
	{ 5292, 3382, 7, 3 }, /* harrcir */
	{ 8389, 1108, 5, 3 }, /* harrw */
	{ 8775, 3100, 4, 3 }, /* hbar */
	{ 8534, 3924, 5, 2 }, /* hcirc */
	{ 3656, 1552, 6, 3 }, /* hearts */
	{ 3656, 1552, 9, 3 }, /* heartsuit */
	{ 7604, 2215, 6, 3 }, /* hellip */
	{ 7676, 2059, 6, 3 }, /* hercon */
	{ 10518, 833, 3, 4 }, /* hfr */
	{ 4442, 2773, 8, 3 }, /* hksearow */
	{ 4090, 3124, 8, 3 }, /* hkswarow */
	{ 8729, 2752, 5, 3 }, /* hoarr */
	{ 6302, 2788, 6, 3 }, /* homtht */
	{ 2507, 1792, 13, 3 }, /* hookleftarrow */
	{ 2041, 1687, 14, 3 }, /* hookrightarrow */
	{ 9389, 569, 4, 4 }, /* hopf */
	{ 6272, 1480, 6, 3 }, /* horbar */
	{ 9929, 573, 4, 4 }, /* hscr */
	{ 6746, 3100, 6, 3 }, /* hslash */
	{ 7610, 3916, 6, 2 }, /* hstrok */
	{ 7322, 1345, 6, 3 }, /* hybull */
	{ 5642, 1567, 6, 3 }, /* hyphen */
	{ 5780, 3978, 6, 2 }, /* iacute */
	{ 107, 1732, 2, 3 }, /* ic */
	{ 8309, 3980, 5, 2 }, /* icirc */
	{ 10054, 3402, 3, 2 }, /* icy */
	{ 10129, 3714, 4, 2 }, /* iecy */
	{ 7729, 3756, 5, 2 }, /* iexcl */
	{ 317, 2929, 3, 3 }, /* iff */
	{ 10302, 365, 3, 4 }, /* ifr */
	{ 7580, 4128, 6, 2 }, /* igrave */
	{ 5636, 3178, 2, 3 }, /* ii */
	{ 5636, 2383, 6, 3 }, /* iiiint */
	{ 5637, 3205, 5, 3 }, /* iiint */
	{ 7472, 1018, 6, 3 }, /* iinfin */
	{ 8169, 1978, 5, 3 }, /* iiota */
	{ 7969, 3946, 5, 2 }, /* ijlig */
	{ 9249, 4060, 5, 2 }, /* imacr */
	{ 8524, 1777, 5, 3 }, /* image */
	{ 4570, 928, 8, 3 }, /* imagline */
	{ 4514, 1777, 8, 3 }, /* imagpart */
	{ 8449, 3432, 5, 2 }, /* imath */
	{ 10153, 2722, 4, 3 }, /* imof */
	{ 8894, 3586, 5, 2 }, /* imped */
	{ 199, 1990, 2, 3 }, /* in */
	{ 2379, 2101, 6, 3 }, /* incare */
	{ 4682, 1438, 5, 3 }, /* infin */
	{ 4682, 1114, 8, 3 }, /* infintie */
	{ 7184, 3432, 6, 2 }, /* inodot */
	{ 3813, 2974, 3, 3 }, /* int */
	{ 6632, 3136, 6, 3 }, /* intcal */
	{ 4418, 1642, 8, 3 }, /* integers */
	{ 4450, 3136, 8, 3 }, /* intercal */
	{ 4578, 1525, 8, 3 }, /* intlarhk */
	{ 4774, 2590, 7, 3 }, /* intprod */
	{ 9329, 3834, 4, 2 }, /* iocy */
	{ 8739, 3546, 5, 2 }, /* iogon */
	{ 9797, 717, 4, 4 }, /* iopf */
	{ 8170, 3568, 4, 2 }, /* iota */
	{ 8299, 2590, 5, 3 }, /* iprod */
	{ 7136, 3570, 6, 2 }, /* iquest */
	{ 10041, 677, 4, 4 }, /* iscr */
	{ 2812, 1990, 4, 3 }, /* isin */
	{ 9264, 268, 5, 3 }, /* isinE */
	{ 4893, 308, 7, 3 }, /* isindot */
	{ 5846, 946, 5, 3 }, /* isins */
	{ 5846, 3391, 6, 3 }, /* isinsv */
	{ 8119, 1990, 5, 3 }, /* isinv */
	{ 105, 1768, 2, 3 }, /* it */
	{ 7106, 3972, 6, 2 }, /* itilde */
	{ 8844, 3480, 5, 2 }, /* iukcy */
	{ 9825, 3890, 4, 2 }, /* iuml */
	{ 7794, 3906, 5, 2 }, /* jcirc */
	{ 9438, 3430, 3, 2 }, /* jcy */
	{ 10329, 469, 3, 4 }, /* jfr */
	{ 8329, 4058, 5, 2 }, /* jmath */
	{ 9769, 413, 4, 4 }, /* jopf */
	{ 10077, 829, 4, 4 }, /* jscr */
	{ 6506, 4072, 6, 2 }, /* jsercy */
	{ 8969, 4006, 5, 2 }, /* jukcy */
	{ 4045, 3808, 5, 2 }, /* kappa */
	{ 5762, 4118, 6, 2 }, /* kappav */
	{ 6026, 3754, 6, 2 }, /* kcedil */
	{ 8091, 3676, 3, 2 }, /* kcy */
	{ 10488, 333, 3, 4 }, /* kfr */
	{ 6686, 3730, 6, 2 }, /* kgreen */
	{ 10081, 3758, 4, 2 }, /* khcy */
	{ 10213, 3894, 4, 2 }, /* kjcy */
	{ 9277, 665, 4, 4 }, /* kopf */
	{ 9537, 737, 4, 4 }, /* kscr */
	{ 8674, 1228, 5, 3 }, /* lAarr */
	{ 6316, 1051, 4, 3 }, /* lArr */
	{ 6956, 2128, 6, 3 }, /* lAtail */
	{ 2331, 1183, 5, 3 }, /* lBarr */
	{ 368, 278, 2, 3 }, /* lE */
	{ 7543, 3064, 3, 3 }, /* lEg */
	{ 9893, 1474, 4, 3 }, /* lHar */
	{ 5732, 3724, 6, 2 }, /* lacute */
	{ 4498, 1423, 8, 3 }, /* laemptyv */
	{ 5564, 3010, 6, 3 }, /* lagran */
	{ 6572, 3592, 6, 2 }, /* lambda */
	{ 5516, 1021, 4, 3 }, /* lang */
	{ 8859, 2212, 5, 3 }, /* langd */
	{ 5516, 1021, 6, 3 }, /* langle */
	{ 10350, 1636, 3, 3 }, /* lap */
	{ 8014, 3614, 5, 2 }, /* laquo */
	{ 4844, 2209, 4, 3 }, /* larr */
	{ 4977, 2020, 5, 3 }, /* larrb */
	{ 4977, 1510, 7, 3 }, /* larrbfs */
	{ 6362, 907, 6, 3 }, /* larrfs */
	{ 5828, 1792, 6, 3 }, /* larrhk */
	{ 7466, 2179, 6, 3 }, /* larrlp */
	{ 6530, 1597, 6, 3 }, /* larrpl */
	{ 4844, 2236, 7, 3 }, /* larrsim */
	{ 6608, 2329, 6, 3 }, /* larrtl */
	{ 6446, 3226, 3, 3 }, /* lat */
	{ 6446, 2569, 6, 3 }, /* latail */
	{ 8159, 72, 4, 3 }, /* late */
	{ 8159, 72, 5, 6 }, /* lates */
	{ 7764, 1807, 5, 3 }, /* lbarr */
	{ 8414, 3070, 5, 3 }, /* lbbrk */
	{ 5840, 4171, 6, 1 }, /* lbrace */
	{ 6710, 4186, 6, 1 }, /* lbrack */
	{ 7944, 1954, 5, 3 }, /* lbrke */
	{ 5110, 2899, 7, 3 }, /* lbrksld */
	{ 4746, 1537, 7, 3 }, /* lbrkslu */
	{ 6962, 3736, 6, 2 }, /* lcaron */
	{ 6692, 3566, 6, 2 }, /* lcedil */
	{ 7839, 2458, 5, 3 }, /* lceil */
	{ 9281, 4171, 4, 1 }, /* lcub */
	{ 10362, 3896, 3, 2 }, /* lcy */
	{ 9777, 2578, 4, 3 }, /* ldca */
	{ 5756, 2623, 5, 3 }, /* ldquo */
	{ 5756, 1297, 6, 3 }, /* ldquor */
	{ 5264, 2149, 7, 3 }, /* ldrdhar */
	{ 4402, 3367, 8, 3 }, /* ldrushar */
	{ 10217, 3061, 4, 3 }, /* ldsh */
	{ 35, 78, 2, 3 }, /* le */
	{ 1441, 2209, 9, 3 }, /* leftarrow */
	{ 2494, 2329, 13, 3 }, /* leftarrowtail */
	{ 1730, 2428, 15, 3 }, /* leftharpoondown */
	{ 2650, 2167, 13, 3 }, /* leftharpoonup */
	{ 1985, 2443, 14, 3 }, /* leftleftarrows */
	{ 625, 2851, 14, 3 }, /* leftrightarrow */
	{ 1850, 1198, 15, 3 }, /* leftrightarrows */
	{ 1143, 2605, 17, 3 }, /* leftrightharpoons */
	{ 583, 1108, 19, 3 }, /* leftrightsquigarrow */
	{ 2013, 1837, 14, 3 }, /* leftthreetimes */
	{ 5304, 48, 3, 3 }, /* leg */
	{ 3635, 78, 3, 3 }, /* leq */
	{ 8660, 278, 4, 3 }, /* leqq */
	{ 3666, 238, 8, 3 }, /* leqslant */
	{ 3082, 238, 3, 3 }, /* les */
	{ 7804, 2041, 5, 3 }, /* lescc */
	{ 4058, 2944, 6, 3 }, /* lesdot */
	{ 4058, 3379, 7, 3 }, /* lesdoto */
	{ 4058, 2956, 8, 3 }, /* lesdotor */
	{ 6428, 48, 4, 6 }, /* lesg */
	{ 6428, 958, 6, 3 }, /* lesges */
	{ 3582, 1636, 10, 3 }, /* lessapprox */
	{ 5355, 1399, 7, 3 }, /* lessdot */
	{ 3647, 48, 9, 3 }, /* lesseqgtr */
	{ 3352, 3064, 10, 3 }, /* lesseqqgtr */
	{ 5019, 2308, 7, 3 }, /* lessgtr */
	{ 4739, 2284, 7, 3 }, /* lesssim */
	{ 6482, 1036, 6, 3 }, /* lfisht */
	{ 7088, 3397, 6, 3 }, /* lfloor */
	{ 5713, 637, 3, 4 }, /* lfr */
	{ 8497, 2308, 2, 3 }, /* lg */
	{ 10317, 2011, 3, 3 }, /* lgE */
	{ 7671, 2428, 5, 3 }, /* lhard */
	{ 6164, 2167, 5, 3 }, /* lharu */
	{ 6164, 1468, 6, 3 }, /* lharul */
	{ 8824, 1039, 5, 3 }, /* lhblk */
	{ 9445, 3744, 4, 2 }, /* ljcy */
	{ 166, 66, 2, 3 }, /* ll */
	{ 8619, 2443, 5, 3 }, /* llarr */
	{ 4226, 2056, 8, 3 }, /* llcorner */
	{ 7670, 3235, 6, 3 }, /* llhard */
	{ 8164, 1588, 5, 3 }, /* lltri */
	{ 5750, 3542, 6, 2 }, /* lmidot */
	{ 3342, 1927, 6, 3 }, /* lmoust */
	{ 3342, 1927, 10, 3 }, /* lmoustache */
	{ 10539, 96, 3, 3 }, /* lnE */
	{ 4290, 2158, 4, 3 }, /* lnap */
	{ 4290, 2158, 8, 3 }, /* lnapprox */
	{ 8548, 1678, 3, 3 }, /* lne */
	{ 8879, 1678, 4, 3 }, /* lneq */
	{ 8879, 96, 5, 3 }, /* lneqq */
	{ 9214, 2530, 5, 3 }, /* lnsim */
	{ 8949, 1204, 5, 3 }, /* loang */
	{ 7884, 3103, 5, 3 }, /* loarr */
	{ 7749, 2860, 5, 3 }, /* lobrk */
	{ 2468, 3067, 13, 3 }, /* longleftarrow */
	{ 621, 2176, 18, 3 }, /* longleftrightarrow */
	{ 3442, 2080, 10, 3 }, /* longmapsto */
	{ 2125, 1747, 14, 3 }, /* longrightarrow */
	{ 2403, 2179, 13, 3 }, /* looparrowleft */
	{ 2083, 1342, 14, 3 }, /* looparrowright */
	{ 8404, 2740, 5, 3 }, /* lopar */
	{ 10045, 473, 4, 4 }, /* lopf */
	{ 5816, 1738, 6, 3 }, /* loplus */
	{ 5005, 2140, 7, 3 }, /* lotimes */
	{ 7100, 3190, 6, 3 }, /* lowast */
	{ 5570, 4163, 6, 1 }, /* lowbar */
	{ 2792, 2653, 3, 3 }, /* loz */
	{ 2792, 2653, 7, 3 }, /* lozenge */
	{ 9949, 3091, 4, 3 }, /* lozf */
	{ 4197, 4189, 4, 1 }, /* lpar */
	{ 5600, 1237, 6, 3 }, /* lparlt */
	{ 7914, 1198, 5, 3 }, /* lrarr */
	{ 4546, 886, 8, 3 }, /* lrcorner */
	{ 7304, 2605, 5, 3 }, /* lrhar */
	{ 7304, 3232, 6, 3 }, /* lrhard */
	{ 10374, 2776, 3, 3 }, /* lrm */
	{ 8854, 1066, 5, 3 }, /* lrtri */
	{ 6896, 3034, 6, 3 }, /* lsaquo */
	{ 9941, 649, 4, 4 }, /* lscr */
	{ 10428, 2416, 3, 3 }, /* lsh */
	{ 8359, 2284, 4, 3 }, /* lsim */
	{ 8359, 2449, 5, 3 }, /* lsime */
	{ 8689, 979, 5, 3 }, /* lsimg */
	{ 9981, 4186, 4, 1 }, /* lsqb */
	{ 7706, 3079, 5, 3 }, /* lsquo */
	{ 7706, 3022, 6, 3 }, /* lsquor */
	{ 5834, 4016, 6, 2 }, /* lstrok */
	{ 4030, 437, 2, 1 }, /* lt */
	{ 9609, 1486, 4, 3 }, /* ltcc */
	{ 8099, 1549, 5, 3 }, /* ltcir */
	{ 8079, 1399, 5, 3 }, /* ltdot */
	{ 7646, 1837, 6, 3 }, /* lthree */
	{ 6788, 2719, 6, 3 }, /* ltimes */
	{ 7568, 2968, 6, 3 }, /* ltlarr */
	{ 4781, 3388, 7, 3 }, /* ltquest */
	{ 6116, 997, 6, 3 }, /* ltrPar */
	{ 4030, 1456, 4, 3 }, /* ltri */
	{ 5203, 54, 5, 3 }, /* ltrie */
	{ 7894, 1168, 5, 3 }, /* ltrif */
	{ 4602, 1786, 8, 3 }, /* lurdshar */
	{ 5012, 2410, 7, 3 }, /* luruhar */
	{ 3908, 96, 9, 6 }, /* lvertneqq */
	{ 9845, 96, 4, 6 }, /* lvnE */
	{ 7774, 1015, 5, 3 }, /* mDDot */
	{ 7960, 4146, 4, 2 }, /* macr */
	{ 6256, 3181, 4, 3 }, /* male */
	{ 4802, 1531, 4, 3 }, /* malt */
	{ 4802, 1531, 7, 3 }, /* maltese */
	{ 3446, 1246, 3, 3 }, /* map */
	{ 3446, 1246, 6, 3 }, /* mapsto */
	{ 3532, 1654, 10, 3 }, /* mapstodown */
	{ 3592, 2599, 10, 3 }, /* mapstoleft */
	{ 4122, 1354, 8, 3 }, /* mapstoup */
	{ 7712, 2911, 6, 3 }, /* marker */
	{ 7688, 1534, 6, 3 }, /* mcomma */
	{ 10353, 3472, 3, 2 }, /* mcy */
	{ 8709, 3094, 5, 3 }, /* mdash */
	{ 2572, 2359, 13, 3 }, /* measuredangle */
	{ 7351, 441, 3, 4 }, /* mfr */
	{ 10419, 2338, 3, 3 }, /* mho */
	{ 4796, 3786, 5, 2 }, /* micro */
	{ 3716, 2407, 3, 3 }, /* mid */
	{ 6386, 4179, 6, 1 }, /* midast */
	{ 6560, 985, 6, 3 }, /* midcir */
	{ 6266, 3554, 6, 2 }, /* middot */
	{ 2489, 1303, 5, 3 }, /* minus */
	{ 5744, 3313, 6, 3 }, /* minusb */
	{ 4725, 1852, 6, 3 }, /* minusd */
	{ 4725, 3001, 7, 3 }, /* minusdu */
	{ 9321, 3112, 4, 3 }, /* mlcp */
	{ 10173, 2215, 4, 3 }, /* mldr */
	{ 6812, 2701, 6, 3 }, /* mnplus */
	{ 6146, 1870, 6, 3 }, /* models */
	{ 9957, 657, 4, 4 }, /* mopf */
	{ 370, 2701, 2, 3 }, /* mp */
	{ 9301, 825, 4, 4 }, /* mscr */
	{ 7586, 273, 6, 3 }, /* mstpos */
	{ 4482, 3462, 2, 2 }, /* mu */
	{ 4482, 1882, 8, 3 }, /* multimap */
	{ 8699, 1882, 5, 3 }, /* mumap */
	{ 10323, 298, 3, 5 }, /* nGg */
	{ 9985, 102, 3, 6 }, /* nGt */
	{ 9985, 173, 4, 5 }, /* nGtv */
	{ 3312, 2125, 10, 3 }, /* nLeftarrow */
	{ 1715, 1750, 15, 3 }, /* nLeftrightarrow */
	{ 10380, 203, 3, 5 }, /* nLl */
	{ 9313, 66, 3, 6 }, /* nLt */
	{ 9313, 188, 4, 5 }, /* nLtv */
	{ 3174, 1003, 11, 3 }, /* nRightarrow */
	{ 6908, 3160, 6, 3 }, /* nVDash */
	{ 7112, 2950, 6, 3 }, /* nVdash */
	{ 8884, 2923, 5, 3 }, /* nabla */
	{ 5894, 4106, 6, 2 }, /* nacute */
	{ 10025, 6, 4, 6 }, /* nang */
	{ 2991, 1141, 3, 3 }, /* nap */
	{ 10225, 178, 4, 5 }, /* napE */
	{ 8054, 208, 5, 5 }, /* napid */
	{ 8694, 3606, 5, 2 }, /* napos */
	{ 2991, 1141, 7, 3 }, /* napprox */
	{ 4138, 1765, 5, 3 }, /* natur */
	{ 4138, 1765, 7, 3 }, /* natural */
	{ 4138, 3115, 8, 3 }, /* naturals */
	{ 9317, 4098, 4, 2 }, /* nbsp */
	{ 6830, 288, 5, 5 }, /* nbump */
	{ 6830, 243, 6, 5 }, /* nbumpe */
	{ 9793, 2398, 4, 3 }, /* ncap */
	{ 6626, 4050, 6, 2 }, /* ncaron */
	{ 6278, 3726, 6, 2 }, /* ncedil */
	{ 3994, 2857, 5, 3 }, /* ncong */
	{ 3994, 183, 8, 5 }, /* ncongdot */
	{ 9513, 2902, 4, 3 }, /* ncup */
	{ 7681, 4096, 3, 2 }, /* ncy */
	{ 8424, 2110, 5, 3 }, /* ndash */
	{ 2011, 949, 2, 3 }, /* ne */
	{ 8834, 1813, 5, 3 }, /* neArr */
	{ 7142, 2887, 6, 3 }, /* nearhk */
	{ 5341, 1285, 5, 3 }, /* nearr */
	{ 5341, 1285, 7, 3 }, /* nearrow */
	{ 8549, 263, 5, 5 }, /* nedot */
	{ 4999, 3208, 6, 3 }, /* nequiv */
	{ 7298, 1330, 6, 3 }, /* nesear */
	{ 8004, 258, 5, 5 }, /* nesim */
	{ 5411, 1693, 6, 3 }, /* nexist */
	{ 5411, 1693, 7, 3 }, /* nexists */
	{ 5683, 537, 3, 4 }, /* nfr */
	{ 10272, 193, 3, 5 }, /* ngE */
	{ 2796, 1009, 3, 3 }, /* nge */
	{ 3827, 1009, 4, 3 }, /* ngeq */
	{ 8349, 193, 5, 5 }, /* ngeqq */
	{ 3827, 318, 9, 5 }, /* ngeqslant */
	{ 9565, 318, 4, 5 }, /* nges */
	{ 8024, 1933, 5, 3 }, /* ngsim */
	{ 10089, 1942, 3, 3 }, /* ngt */
	{ 10089, 1942, 4, 3 }, /* ngtr */
	{ 8864, 1750, 5, 3 }, /* nhArr */
	{ 8789, 1255, 5, 3 }, /* nharr */
	{ 8869, 1207, 5, 3 }, /* nhpar */
	{ 3071, 2821, 2, 3 }, /* ni */
	{ 9750, 2785, 3, 3 }, /* nis */
	{ 10097, 3049, 4, 3 }, /* nisd */
	{ 4833, 2821, 3, 3 }, /* niv */
	{ 9437, 3934, 4, 2 }, /* njcy */
	{ 9229, 2125, 5, 3 }, /* nlArr */
	{ 10533, 278, 3, 5 }, /* nlE */
	{ 6607, 2452, 5, 3 }, /* nlarr */
	{ 5263, 2563, 4, 3 }, /* nldr */
	{ 1680, 2983, 3, 3 }, /* nle */
	{ 3562, 2452, 10, 3 }, /* nleftarrow */
	{ 1805, 1255, 15, 3 }, /* nleftrightarrow */
	{ 3665, 2983, 4, 3 }, /* nleq */
	{ 8659, 278, 5, 5 }, /* nleqq */
	{ 3665, 238, 9, 5 }, /* nleqslant */
	{ 8734, 238, 4, 5 }, /* nles */
	{ 8734, 1906, 5, 3 }, /* nless */
	{ 8829, 3307, 5, 3 }, /* nlsim */
	{ 5804, 1906, 3, 3 }, /* nlt */
	{ 5804, 3277, 5, 3 }, /* nltri */
	{ 5804, 925, 6, 3 }, /* nltrie */
	{ 8910, 2674, 4, 3 }, /* nmid */
	{ 9337, 625, 4, 4 }, /* nopf */
	{ 3285, 4000, 3, 2 }, /* not */
	{ 4098, 1414, 5, 3 }, /* notin */
	{ 6410, 268, 6, 5 }, /* notinE */
	{ 4098, 308, 8, 5 }, /* notindot */
	{ 5089, 1414, 7, 3 }, /* notinva */
	{ 5481, 3193, 7, 3 }, /* notinvb */
	{ 4858, 1372, 7, 3 }, /* notinvc */
	{ 4830, 2767, 5, 3 }, /* notni */
	{ 5131, 2767, 7, 3 }, /* notniva */
	{ 4970, 2221, 7, 3 }, /* notnivb */
	{ 4830, 1441, 7, 3 }, /* notnivc */
	{ 3818, 2026, 4, 3 }, /* npar */
	{ 3818, 2026, 9, 3 }, /* nparallel */
	{ 7628, 126, 6, 6 }, /* nparsl */
	{ 8264, 233, 5, 5 }, /* npart */
	{ 5096, 3328, 7, 3 }, /* npolint */
	{ 4871, 3325, 3, 3 }, /* npr */
	{ 6512, 3223, 6, 3 }, /* nprcue */
	{ 4871, 293, 4, 5 }, /* npre */
	{ 4871, 3325, 5, 3 }, /* nprec */
	{ 5362, 293, 7, 5 }, /* npreceq */
	{ 8504, 1003, 5, 3 }, /* nrArr */
	{ 6998, 2626, 5, 3 }, /* nrarr */
	{ 7286, 218, 6, 5 }, /* nrarrc */
	{ 6998, 313, 6, 5 }, /* nrarrw */
	{ 3218, 2626, 11, 3 }, /* nrightarrow */
	{ 7214, 2455, 5, 3 }, /* nrtri */
	{ 7214, 1666, 6, 3 }, /* nrtrie */
	{ 6374, 2482, 3, 3 }, /* nsc */
	{ 6374, 1012, 6, 3 }, /* nsccue */
	{ 9269, 223, 4, 5 }, /* nsce */
	{ 9529, 557, 4, 4 }, /* nscr */
	{ 3710, 2674, 9, 3 }, /* nshortmid */
	{ 2181, 2026, 14, 3 }, /* nshortparallel */
	{ 3982, 1186, 4, 3 }, /* nsim */
	{ 7376, 3385, 5, 3 }, /* nsime */
	{ 7376, 3385, 6, 3 }, /* nsimeq */
	{ 9144, 2674, 5, 3 }, /* nsmid */
	{ 8314, 2026, 5, 3 }, /* nspar */
	{ 5404, 1444, 7, 3 }, /* nsqsube */
	{ 5467, 2533, 7, 3 }, /* nsqsupe */
	{ 3552, 2311, 4, 3 }, /* nsub */
	{ 9209, 303, 5, 5 }, /* nsubE */
	{ 8034, 2044, 5, 3 }, /* nsube */
	{ 3552, 138, 7, 6 }, /* nsubset */
	{ 3552, 2044, 9, 3 }, /* nsubseteq */
	{ 3552, 303, 10, 5 }, /* nsubseteqq */
	{ 3239, 2482, 5, 3 }, /* nsucc */
	{ 5390, 223, 7, 5 }, /* nsucceq */
	{ 3332, 2038, 4, 3 }, /* nsup */
	{ 7844, 213, 5, 5 }, /* nsupE */
	{ 8649, 1162, 5, 3 }, /* nsupe */
	{ 3332, 150, 7, 6 }, /* nsupset */
	{ 3332, 1162, 9, 3 }, /* nsupseteq */
	{ 3332, 213, 10, 5 }, /* nsupseteqq */
	{ 10057, 2710, 4, 3 }, /* ntgl */
	{ 5888, 3996, 6, 2 }, /* ntilde */
	{ 9701, 3349, 4, 3 }, /* ntlg */
	{ 1835, 3277, 13, 3 }, /* ntriangleleft */
	{ 1835, 925, 15, 3 }, /* ntrianglelefteq */
	{ 1290, 2455, 14, 3 }, /* ntriangleright */
	{ 1290, 1666, 16, 3 }, /* ntrianglerighteq */
	{ 2346, 4140, 2, 2 }, /* nu */
	{ 7058, 4183, 3, 1 }, /* num */
	{ 7058, 2203, 6, 3 }, /* numero */
	{ 8304, 2620, 5, 3 }, /* numsp */
	{ 7292, 1321, 6, 3 }, /* nvDash */
	{ 7694, 1897, 6, 3 }, /* nvHarr */
	{ 9681, 12, 4, 6 }, /* nvap */
	{ 6842, 1180, 6, 3 }, /* nvdash */
	{ 10229, 30, 4, 6 }, /* nvge */
	{ 10061, 341, 4, 4 }, /* nvgt */
	{ 5383, 2545, 7, 3 }, /* nvinfin */
	{ 6314, 3025, 6, 3 }, /* nvlArr */
	{ 9877, 78, 4, 6 }, /* nvle */
	{ 5201, 437, 4, 4 }, /* nvlt */
	{ 5201, 54, 7, 6 }, /* nvltrie */
	{ 6890, 2263, 6, 3 }, /* nvrArr */
	{ 5082, 120, 7, 6 }, /* nvrtrie */
	{ 8609, 114, 5, 6 }, /* nvsim */
	{ 8599, 3166, 5, 3 }, /* nwArr */
	{ 6536, 1576, 6, 3 }, /* nwarhk */
	{ 4900, 3247, 5, 3 }, /* nwarr */
	{ 4900, 3247, 7, 3 }, /* nwarrow */
	{ 5936, 2794, 6, 3 }, /* nwnear */
	{ 10586, 1390, 2, 3 }, /* oS */
	{ 6878, 3994, 6, 2 }, /* oacute */
	{ 10181, 1192, 4, 3 }, /* oast */
	{ 4054, 901, 4, 3 }, /* ocir */
	{ 8474, 3872, 5, 2 }, /* ocirc */
	{ 9330, 3812, 3, 2 }, /* ocy */
	{ 7799, 2608, 5, 3 }, /* odash */
	{ 7640, 3804, 6, 2 }, /* odblac */
	{ 9933, 1267, 4, 3 }, /* odiv */
	{ 5183, 916, 4, 3 }, /* odot */
	{ 6566, 3304, 6, 3 }, /* odsold */
	{ 7879, 3974, 5, 2 }, /* oelig */
	{ 8559, 1336, 5, 3 }, /* ofcir */
	{ 10356, 493, 3, 4 }, /* ofr */
	{ 7745, 3576, 4, 2 }, /* ogon */
	{ 7484, 4002, 6, 2 }, /* ograve */
	{ 3451, 1519, 3, 3 }, /* ogt */
	{ 8774, 1363, 5, 3 }, /* ohbar */
	{ 10281, 3626, 3, 2 }, /* ohm */
	{ 4011, 2890, 4, 3 }, /* oint */
	{ 7859, 2173, 5, 3 }, /* olarr */
	{ 8529, 1615, 5, 3 }, /* olcir */
	{ 5320, 1117, 7, 3 }, /* olcross */
	{ 8059, 2764, 5, 3 }, /* oline */
	{ 8098, 1915, 3, 3 }, /* olt */
	{ 8479, 3956, 5, 2 }, /* omacr */
	{ 8109, 3752, 5, 2 }, /* omega */
	{ 4991, 3520, 7, 2 }, /* omicron */
	{ 9757, 1546, 4, 3 }, /* omid */
	{ 7358, 3172, 6, 3 }, /* ominus */
	{ 9505, 869, 4, 4 }, /* oopf */
	{ 2085, 3016, 4, 3 }, /* opar */
	{ 8749, 877, 5, 3 }, /* operp */
	{ 4621, 3217, 5, 3 }, /* oplus */
	{ 486, 1705, 2, 3 }, /* or */
	{ 7909, 3259, 5, 3 }, /* orarr */
	{ 5033, 1054, 3, 3 }, /* ord */
	{ 5033, 1483, 5, 3 }, /* order */
	{ 5033, 1483, 7, 3 }, /* orderof */
	{ 9721, 3548, 4, 2 }, /* ordf */
	{ 9457, 4160, 4, 2 }, /* ordm */
	{ 6668, 1621, 6, 3 }, /* origof */
	{ 9965, 1240, 4, 3 }, /* oror */
	{ 4907, 1048, 7, 3 }, /* orslope */
	{ 10542, 2293, 3, 3 }, /* orv */
	{ 9801, 1483, 4, 3 }, /* oscr */
	{ 6182, 3840, 6, 2 }, /* oslash */
	{ 9509, 3040, 4, 3 }, /* osol */
	{ 5690, 3900, 6, 2 }, /* otilde */
	{ 3758, 2815, 6, 3 }, /* otimes */
	{ 4018, 2065, 8, 3 }, /* otimesas */
	{ 10169, 3632, 4, 2 }, /* ouml */
	{ 9099, 2188, 5, 3 }, /* ovbar */
	{ 1102, 2647, 3, 3 }, /* par */
	{ 1102, 3602, 4, 2 }, /* para */
	{ 2187, 2647, 8, 3 }, /* parallel */
	{ 7196, 1222, 6, 3 }, /* parsim */
	{ 4341, 126, 5, 3 }, /* parsl */
	{ 4147, 233, 4, 3 }, /* part */
	{ 10479, 4108, 3, 2 }, /* pcy */
	{ 6350, 4168, 6, 1 }, /* percnt */
	{ 6806, 4166, 6, 1 }, /* period */
	{ 5708, 2932, 6, 3 }, /* permil */
	{ 8750, 2131, 4, 3 }, /* perp */
	{ 5054, 913, 7, 3 }, /* pertenk */
	{ 9647, 561, 3, 4 }, /* pfr */
	{ 2962, 3704, 3, 2 }, /* phi */
	{ 9905, 3992, 4, 2 }, /* phiv */
	{ 7022, 1627, 6, 3 }, /* phmmat */
	{ 8279, 3256, 5, 3 }, /* phone */
	{ 311, 3722, 2, 2 }, /* pi */
	{ 3854, 1789, 9, 3 }, /* pitchfork */
	{ 10461, 3538, 3, 2 }, /* piv */
	{ 5145, 3100, 6, 3 }, /* planck */
	{ 5145, 2245, 7, 3 }, /* planckh */
	{ 7634, 3100, 6, 3 }, /* plankv */
	{ 4214, 4174, 4, 1 }, /* plus */
	{ 4634, 1804, 8, 3 }, /* plusacir */
	{ 4214, 1831, 5, 3 }, /* plusb */
	{ 5103, 2491, 7, 3 }, /* pluscir */
	{ 5720, 1105, 6, 3 }, /* plusdo */
	{ 5546, 2803, 6, 3 }, /* plusdu */
	{ 8954, 3331, 5, 3 }, /* pluse */
	{ 5678, 3444, 6, 2 }, /* plusmn */
	{ 4956, 1291, 7, 3 }, /* plussim */
	{ 5250, 2200, 7, 3 }, /* plustwo */
	{ 2571, 3444, 2, 2 }, /* pm */
	{ 4010, 3157, 8, 3 }, /* pointint */
	{ 9645, 641, 4, 4 }, /* popf */
	{ 9109, 3854, 5, 2 }, /* pound */
	{ 2987, 2002, 2, 3 }, /* pr */
	{ 10383, 2683, 3, 3 }, /* prE */
	{ 9465, 3142, 4, 3 }, /* prap */
	{ 6513, 1006, 5, 3 }, /* prcue */
	{ 2987, 293, 3, 3 }, /* pre */
	{ 2987, 2002, 4, 3 }, /* prec */
	{ 3372, 3142, 10, 3 }, /* precapprox */
	{ 3185, 1006, 11, 3 }, /* preccurlyeq */
	{ 5363, 293, 6, 3 }, /* preceq */
	{ 2987, 1936, 11, 3 }, /* precnapprox */
	{ 4522, 2947, 8, 3 }, /* precneqq */
	{ 3978, 3262, 8, 3 }, /* precnsim */
	{ 4872, 895, 7, 3 }, /* precsim */
	{ 3687, 1249, 5, 3 }, /* prime */
	{ 7250, 3196, 6, 3 }, /* primes */
	{ 9665, 2947, 4, 3 }, /* prnE */
	{ 8984, 1936, 5, 3 }, /* prnap */
	{ 6920, 3262, 6, 3 }, /* prnsim */
	{ 3955, 2749, 4, 3 }, /* prod */
	{ 4266, 3343, 8, 3 }, /* profalar */
	{ 4650, 889, 8, 3 }, /* profline */
	{ 4426, 2986, 8, 3 }, /* profsurf */
	{ 3893, 2356, 4, 3 }, /* prop */
	{ 3893, 2356, 6, 3 }, /* propto */
	{ 9254, 895, 5, 3 }, /* prsim */
	{ 6080, 1717, 6, 3 }, /* prurel */
	{ 9493, 749, 4, 4 }, /* pscr */
	{ 1799, 4054, 3, 2 }, /* psi */
	{ 5918, 2116, 6, 3 }, /* puncsp */
	{ 10266, 553, 3, 4 }, /* qfr */
	{ 4773, 2383, 4, 3 }, /* qint */
	{ 10189, 769, 4, 4 }, /* qopf */
	{ 6074, 3031, 6, 3 }, /* qprime */
	{ 10237, 505, 4, 4 }, /* qscr */
	{ 3108, 2782, 11, 3 }, /* quaternions */
	{ 4690, 3085, 7, 3 }, /* quatint */
	{ 4783, 4180, 5, 1 }, /* quest */
	{ 5376, 2548, 7, 3 }, /* questeq */
	{ 9677, 4177, 4, 1 }, /* quot */
	{ 9049, 2368, 5, 3 }, /* rAarr */
	{ 6892, 1930, 4, 3 }, /* rArr */
	{ 7148, 2272, 6, 3 }, /* rAtail */
	{ 7889, 2233, 5, 3 }, /* rBarr */
	{ 9745, 1720, 4, 3 }, /* rHar */
	{ 3508, 328, 4, 5 }, /* race */
	{ 6698, 3910, 6, 2 }, /* racute */
	{ 8149, 2419, 5, 3 }, /* radic */
	{ 3962, 2926, 8, 3 }, /* raemptyv */
	{ 4321, 1150, 4, 3 }, /* rang */
	{ 7754, 1987, 5, 3 }, /* rangd */
	{ 8394, 2239, 5, 3 }, /* range */
	{ 6494, 1150, 6, 3 }, /* rangle */
	{ 8094, 3880, 5, 2 }, /* raquo */
	{ 4006, 2257, 4, 3 }, /* rarr */
	{ 7334, 1294, 6, 3 }, /* rarrap */
	{ 5215, 1675, 5, 3 }, /* rarrb */
	{ 5215, 1633, 7, 3 }, /* rarrbfs */
	{ 7287, 218, 5, 3 }, /* rarrc */
	{ 7004, 1417, 6, 3 }, /* rarrfs */
	{ 6578, 1687, 6, 3 }, /* rarrhk */
	{ 7460, 1342, 6, 3 }, /* rarrlp */
	{ 5606, 3346, 6, 3 }, /* rarrpl */
	{ 4886, 1057, 7, 3 }, /* rarrsim */
	{ 7190, 2938, 6, 3 }, /* rarrtl */
	{ 6999, 313, 5, 3 }, /* rarrw */
	{ 6728, 2503, 6, 3 }, /* ratail */
	{ 3863, 904, 5, 3 }, /* ratio */
	{ 3863, 3184, 9, 3 }, /* rationals */
	{ 8569, 2995, 5, 3 }, /* rbarr */
	{ 9044, 1528, 5, 3 }, /* rbbrk */
	{ 5618, 4178, 6, 1 }, /* rbrace */
	{ 5906, 4167, 6, 1 }, /* rbrack */
	{ 9189, 1663, 5, 3 }, /* rbrke */
	{ 4949, 2839, 7, 3 }, /* rbrksld */
	{ 5068, 3007, 7, 3 }, /* rbrkslu */
	{ 7412, 4036, 6, 2 }, /* rcaron */
	{ 7064, 3742, 6, 2 }, /* rcedil */
	{ 8284, 3283, 5, 3 }, /* rceil */
	{ 9649, 4178, 4, 1 }, /* rcub */
	{ 6509, 3654, 3, 2 }, /* rcy */
	{ 10241, 2551, 4, 3 }, /* rdca */
	{ 5460, 2467, 7, 3 }, /* rdldhar */
	{ 5858, 2875, 5, 3 }, /* rdquo */
	{ 5858, 2875, 6, 3 }, /* rdquor */
	{ 4604, 2050, 4, 3 }, /* rdsh */
	{ 4194, 2656, 4, 3 }, /* real */
	{ 4879, 2542, 7, 3 }, /* realine */
	{ 4194, 2656, 8, 3 }, /* realpart */
	{ 9069, 3028, 5, 3 }, /* reals */
	{ 7121, 2191, 4, 3 }, /* rect */
	{ 10476, 3580, 3, 2 }, /* reg */
	{ 6206, 2029, 6, 3 }, /* rfisht */
	{ 6236, 2914, 6, 3 }, /* rfloor */
	{ 5941, 757, 3, 4 }, /* rfr */
	{ 7305, 1429, 5, 3 }, /* rhard */
	{ 5522, 1513, 5, 3 }, /* rharu */
	{ 5522, 2269, 6, 3 }, /* rharul */
	{ 5633, 3512, 3, 2 }, /* rho */
	{ 10105, 3966, 4, 2 }, /* rhov */
	{ 629, 2257, 10, 3 }, /* rightarrow */
	{ 2363, 2938, 14, 3 }, /* rightarrowtail */
	{ 1210, 1429, 16, 3 }, /* rightharpoondown */
	{ 2335, 1513, 14, 3 }, /* rightharpoonup */
	{ 1940, 1876, 15, 3 }, /* rightleftarrows */
	{ 871, 952, 17, 3 }, /* rightleftharpoons */
	{ 1354, 1087, 16, 3 }, /* rightrightarrows */
	{ 587, 313, 15, 3 }, /* rightsquigarrow */
	{ 1745, 1069, 15, 3 }, /* rightthreetimes */
	{ 7790, 3902, 4, 2 }, /* ring */
	{ 2811, 2818, 12, 3 }, /* risingdotseq */
	{ 4843, 1876, 5, 3 }, /* rlarr */
	{ 8244, 952, 5, 3 }, /* rlhar */
	{ 10449, 2668, 3, 3 }, /* rlm */
	{ 3492, 1798, 6, 3 }, /* rmoust */
	{ 3492, 1798, 10, 3 }, /* rmoustache */
	{ 8909, 2515, 5, 3 }, /* rnmid */
	{ 8319, 1138, 5, 3 }, /* roang */
	{ 8189, 2008, 5, 3 }, /* roarr */
	{ 9039, 2488, 5, 3 }, /* robrk */
	{ 8849, 2317, 5, 3 }, /* ropar */
	{ 9861, 873, 4, 4 }, /* ropf */
	{ 7520, 3058, 6, 3 }, /* roplus */
	{ 4963, 961, 7, 3 }, /* rotimes */
	{ 6020, 4187, 4, 1 }, /* rpar */
	{ 6020, 943, 6, 3 }, /* rpargt */
	{ 4346, 1879, 8, 3 }, /* rppolint */
	{ 9094, 1087, 5, 3 }, /* rrarr */
	{ 6644, 3352, 6, 3 }, /* rsaquo */
	{ 9761, 417, 4, 4 }, /* rscr */
	{ 6043, 1630, 3, 3 }, /* rsh */
	{ 10029, 4167, 4, 1 }, /* rsqb */
	{ 7592, 3214, 5, 3 }, /* rsquo */
	{ 7592, 3214, 6, 3 }, /* rsquor */
	{ 7028, 1069, 6, 3 }, /* rthree */
	{ 7160, 1450, 6, 3 }, /* rtimes */
	{ 1196, 3364, 4, 3 }, /* rtri */
	{ 5084, 120, 5, 3 }, /* rtrie */
	{ 7974, 2632, 5, 3 }, /* rtrif */
	{ 4026, 1279, 8, 3 }, /* rtriltri */
	{ 4914, 2635, 7, 3 }, /* ruluhar */
	{ 7768, 2479, 2, 3 }, /* rx */
	{ 5912, 4138, 6, 2 }, /* sacute */
	{ 8809, 3022, 5, 3 }, /* sbquo */
	{ 3096, 1084, 2, 3 }, /* sc */
	{ 10521, 2737, 3, 3 }, /* scE */
	{ 6661, 2161, 4, 3 }, /* scap */
	{ 6416, 3944, 6, 2 }, /* scaron */
	{ 6375, 2314, 5, 3 }, /* sccue */
	{ 6170, 223, 3, 3 }, /* sce */
	{ 6170, 3690, 6, 2 }, /* scedil */
	{ 3461, 3564, 5, 2 }, /* scirc */
	{ 9357, 3289, 4, 3 }, /* scnE */
	{ 7829, 2863, 5, 3 }, /* scnap */
	{ 7346, 1702, 6, 3 }, /* scnsim */
	{ 4658, 2641, 8, 3 }, /* scpolint */
	{ 8679, 253, 5, 3 }, /* scsim */
	{ 9998, 3504, 3, 2 }, /* scy */
	{ 4060, 1261, 4, 3 }, /* sdot */
	{ 9159, 1684, 5, 3 }, /* sdotb */
	{ 8999, 3376, 5, 3 }, /* sdote */
	{ 7869, 1177, 5, 3 }, /* seArr */
	{ 7598, 2773, 6, 3 }, /* searhk */
	{ 4732, 2671, 5, 3 }, /* searr */
	{ 4732, 2671, 7, 3 }, /* searrow */
	{ 776, 3490, 4, 2 }, /* sect */
	{ 9090, 4170, 4, 1 }, /* semi */
	{ 6968, 1963, 6, 3 }, /* seswar */
	{ 2486, 2611, 8, 3 }, /* setminus */
	{ 6603, 2611, 5, 3 }, /* setmn */
	{ 9273, 2992, 4, 3 }, /* sext */
	{ 6433, 621, 3, 4 }, /* sfr */
	{ 6488, 976, 6, 3 }, /* sfrown */
	{ 7849, 1708, 5, 3 }, /* sharp */
	{ 6044, 3920, 6, 2 }, /* shchcy */
	{ 8075, 3898, 4, 2 }, /* shcy */
	{ 3711, 2407, 8, 3 }, /* shortmid */
	{ 2182, 2647, 13, 3 }, /* shortparallel */
	{ 10425, 3638, 3, 2 }, /* shy */
	{ 4477, 3618, 5, 2 }, /* sigma */
	{ 5738, 3864, 6, 2 }, /* sigmaf */
	{ 6752, 3864, 6, 2 }, /* sigmav */
	{ 3804, 114, 3, 3 }, /* sim */
	{ 6134, 3220, 6, 3 }, /* simdot */
	{ 3804, 3055, 4, 3 }, /* sime */
	{ 3804, 3055, 5, 3 }, /* simeq */
	{ 8409, 3004, 4, 3 }, /* simg */
	{ 8409, 1396, 5, 3 }, /* simgE */
	{ 4743, 2341, 4, 3 }, /* siml */
	{ 9119, 2461, 5, 3 }, /* simlE */
	{ 8784, 1648, 5, 3 }, /* simne */
	{ 5432, 1585, 7, 3 }, /* simplus */
	{ 5075, 2758, 7, 3 }, /* simrarr */
	{ 8804, 2209, 5, 3 }, /* slarr */
	{ 2481, 2611, 13, 3 }, /* smallsetminus */
	{ 6524, 3244, 6, 3 }, /* smashp */
	{ 4506, 1825, 8, 3 }, /* smeparsl */
	{ 9145, 2407, 4, 3 }, /* smid */
	{ 6681, 2686, 5, 3 }, /* smile */
	{ 9124, 2587, 3, 3 }, /* smt */
	{ 9124, 90, 4, 3 }, /* smte */
	{ 9124, 90, 5, 6 }, /* smtes */
	{ 5660, 3932, 6, 2 }, /* softcy */
	{ 4163, 4185, 3, 1 }, /* sol */
	{ 4813, 880, 4, 3 }, /* solb */
	{ 6470, 1801, 6, 3 }, /* solbar */
	{ 9497, 425, 4, 4 }, /* sopf */
	{ 3872, 3019, 6, 3 }, /* spades */
	{ 3872, 3019, 9, 3 }, /* spadesuit */
	{ 8315, 2647, 4, 3 }, /* spar */
	{ 6596, 60, 5, 3 }, /* sqcap */
	{ 6596, 60, 6, 6 }, /* sqcaps */
	{ 4493, 156, 5, 3 }, /* sqcup */
	{ 6656, 156, 6, 6 }, /* sqcups */
	{ 3542, 248, 5, 3 }, /* sqsub */
	{ 5405, 2170, 6, 3 }, /* sqsube */
	{ 3542, 248, 8, 3 }, /* sqsubset */
	{ 3542, 2170, 10, 3 }, /* sqsubseteq */
	{ 3262, 283, 5, 3 }, /* sqsup */
	{ 5468, 3238, 6, 3 }, /* sqsupe */
	{ 3262, 283, 8, 3 }, /* sqsupset */
	{ 3262, 3238, 10, 3 }, /* sqsupseteq */
	{ 592, 3013, 3, 3 }, /* squ */
	{ 3036, 3013, 6, 3 }, /* square */
	{ 7454, 1408, 6, 3 }, /* squarf */
	{ 10157, 1408, 4, 3 }, /* squf */
	{ 8539, 2257, 5, 3 }, /* srarr */
	{ 10005, 721, 4, 4 }, /* sscr */
	{ 6602, 2611, 6, 3 }, /* ssetmn */
	{ 6680, 2686, 6, 3 }, /* ssmile */
	{ 6056, 2092, 6, 3 }, /* sstarf */
	{ 5372, 1939, 4, 3 }, /* star */
	{ 6057, 1993, 5, 3 }, /* starf */
	{ 1790, 3678, 15, 2 }, /* straightepsilon */
	{ 2954, 3992, 11, 2 }, /* straightphi */
	{ 8369, 4146, 5, 2 }, /* strns */
	{ 2536, 138, 3, 3 }, /* sub */
	{ 9210, 303, 4, 3 }, /* subE */
	{ 6614, 1288, 6, 3 }, /* subdot */
	{ 4697, 1573, 4, 3 }, /* sube */
	{ 4697, 1681, 7, 3 }, /* subedot */
	{ 4760, 1393, 7, 3 }, /* submult */
	{ 7425, 36, 5, 3 }, /* subnE */
	{ 7329, 18, 5, 3 }, /* subne */
	{ 5453, 1453, 7, 3 }, /* subplus */
	{ 4984, 970, 7, 3 }, /* subrarr */
	{ 2536, 138, 6, 3 }, /* subset */
	{ 3544, 1573, 8, 3 }, /* subseteq */
	{ 3553, 303, 9, 3 }, /* subseteqq */
	{ 2536, 18, 9, 3 }, /* subsetneq */
	{ 2536, 36, 10, 3 }, /* subsetneqq */
	{ 6212, 2497, 6, 3 }, /* subsim */
	{ 7202, 2032, 6, 3 }, /* subsub */
	{ 5966, 1201, 6, 3 }, /* subsup */
	{ 2998, 1084, 4, 3 }, /* succ */
	{ 3302, 2161, 10, 3 }, /* succapprox */
	{ 2998, 2314, 11, 3 }, /* succcurlyeq */
	{ 5391, 223, 6, 3 }, /* succeq */
	{ 3240, 2863, 11, 3 }, /* succnapprox */
	{ 4378, 3289, 8, 3 }, /* succneqq */
	{ 4370, 1702, 8, 3 }, /* succnsim */
	{ 5313, 253, 7, 3 }, /* succsim */
	{ 10545, 2062, 3, 3 }, /* sum */
	{ 10069, 1606, 4, 3 }, /* sung */
	{ 2601, 150, 3, 3 }, /* sup */
	{ 10125, 3644, 4, 2 }, /* sup1 */
	{ 9629, 3608, 4, 2 }, /* sup2 */
	{ 10205, 3862, 4, 2 }, /* sup3 */
	{ 7845, 213, 4, 3 }, /* supE */
	{ 7616, 3148, 6, 3 }, /* supdot */
	{ 4788, 3052, 7, 3 }, /* supdsub */
	{ 5229, 3229, 4, 3 }, /* supe */
	{ 5229, 3295, 7, 3 }, /* supedot */
	{ 4809, 3301, 7, 3 }, /* suphsol */
	{ 5348, 1984, 7, 3 }, /* suphsub */
	{ 5124, 1603, 7, 3 }, /* suplarr */
	{ 4942, 2137, 7, 3 }, /* supmult */
	{ 6459, 132, 5, 3 }, /* supnE */
	{ 6981, 84, 5, 3 }, /* supne */
	{ 5439, 1726, 7, 3 }, /* supplus */
	{ 2601, 150, 6, 3 }, /* supset */
	{ 3264, 3229, 8, 3 }, /* supseteq */
	{ 3333, 213, 9, 3 }, /* supseteqq */
	{ 2601, 84, 9, 3 }, /* supsetneq */
	{ 2601, 132, 10, 3 }, /* supsetneqq */
	{ 6740, 2485, 6, 3 }, /* supsim */
	{ 6296, 1516, 6, 3 }, /* supsub */
	{ 7508, 2404, 6, 3 }, /* supsup */
	{ 8294, 2629, 5, 3 }, /* swArr */
	{ 6140, 3124, 6, 3 }, /* swarhk */
	{ 4928, 1594, 5, 3 }, /* swarr */
	{ 4928, 1594, 7, 3 }, /* swarrow */
	{ 6038, 1639, 6, 3 }, /* swnwar */
	{ 7779, 3990, 5, 2 }, /* szlig */
	{ 5864, 910, 6, 3 }, /* target */
	{ 10338, 3414, 3, 2 }, /* tau */
	{ 4222, 2305, 4, 3 }, /* tbrk */
	{ 7622, 3476, 6, 2 }, /* tcaron */
	{ 7124, 3650, 6, 2 }, /* tcedil */
	{ 5663, 3746, 3, 2 }, /* tcy */
	{ 4281, 2662, 4, 3 }, /* tdot */
	{ 7118, 1729, 6, 3 }, /* telrec */
	{ 6001, 501, 3, 4 }, /* tfr */
	{ 7400, 2842, 6, 3 }, /* there4 */
	{ 3611, 2842, 9, 3 }, /* therefore */
	{ 4034, 3454, 5, 2 }, /* theta */
	{ 4034, 3474, 8, 2 }, /* thetasym */
	{ 7388, 3474, 6, 2 }, /* thetav */
	{ 3141, 1234, 11, 3 }, /* thickapprox */
	{ 4258, 114, 8, 3 }, /* thicksim */
	{ 7490, 2518, 6, 3 }, /* thinsp */
	{ 8769, 1234, 5, 3 }, /* thkap */
	{ 6452, 114, 6, 3 }, /* thksim */
	{ 8139, 4122, 5, 2 }, /* thorn */
	{ 5691, 3792, 5, 2 }, /* tilde */
	{ 1755, 3796, 5, 2 }, /* times */
	{ 4626, 1579, 6, 3 }, /* timesb */
	{ 4626, 1210, 8, 3 }, /* timesbar */
	{ 6092, 2260, 6, 3 }, /* timesd */
	{ 4014, 3205, 4, 3 }, /* tint */
	{ 9809, 1330, 4, 3 }, /* toea */
	{ 5138, 1951, 3, 3 }, /* top */
	{ 7340, 1366, 6, 3 }, /* topbot */
	{ 5960, 2560, 6, 3 }, /* topcir */
	{ 5138, 793, 4, 4 }, /* topf */
	{ 5138, 2536, 7, 3 }, /* topfork */
	{ 9653, 1963, 4, 3 }, /* tosa */
	{ 6338, 2827, 6, 3 }, /* tprime */
	{ 8724, 1078, 5, 3 }, /* trade */
	{ 734, 2617, 8, 3 }, /* triangle */
	{ 842, 2650, 12, 3 }, /* triangledown */
	{ 1182, 1456, 12, 3 }, /* triangleleft */
	{ 1836, 54, 14, 3 }, /* trianglelefteq */
	{ 3629, 892, 9, 3 }, /* triangleq */
	{ 734, 3364, 13, 3 }, /* triangleright */
	{ 1291, 120, 15, 3 }, /* trianglerighteq */
	{ 6380, 1657, 6, 3 }, /* tridot */
	{ 5085, 892, 4, 3 }, /* trie */
	{ 4170, 1564, 8, 3 }, /* triminus */
	{ 5509, 2872, 7, 3 }, /* triplus */
	{ 7994, 2242, 5, 3 }, /* trisb */
	{ 5152, 1081, 7, 3 }, /* tritime */
	{ 4242, 1213, 8, 3 }, /* trpezium */
	{ 9409, 701, 4, 4 }, /* tscr */
	{ 9997, 4094, 4, 2 }, /* tscy */
	{ 8074, 3868, 5, 2 }, /* tshcy */
	{ 7496, 3788, 6, 2 }, /* tstrok */
	{ 8929, 2053, 5, 3 }, /* twixt */
	{ 1434, 2494, 16, 3 }, /* twoheadleftarrow */
	{ 1007, 2290, 17, 3 }, /* twoheadrightarrow */
	{ 10065, 1402, 4, 3 }, /* uArr */
	{ 9585, 2644, 4, 3 }, /* uHar */
	{ 6368, 4026, 6, 2 }, /* uacute */
	{ 8000, 1351, 4, 3 }, /* uarr */
	{ 9224, 3572, 5, 2 }, /* ubrcy */
	{ 6344, 3824, 6, 2 }, /* ubreve */
	{ 8634, 3770, 5, 2 }, /* ucirc */
	{ 9294, 3406, 3, 2 }, /* ucy */
	{ 4922, 1591, 5, 3 }, /* udarr */
	{ 6230, 3408, 6, 2 }, /* udblac */
	{ 8469, 1843, 5, 3 }, /* udhar */
	{ 6326, 2185, 6, 3 }, /* ufisht */
	{ 10509, 481, 3, 4 }, /* ufr */
	{ 7526, 3908, 6, 2 }, /* ugrave */
	{ 5015, 3127, 5, 3 }, /* uharl */
	{ 8644, 3121, 5, 3 }, /* uharr */
	{ 8874, 2509, 5, 3 }, /* uhblk */
	{ 4234, 1723, 6, 3 }, /* ulcorn */
	{ 4234, 1723, 8, 3 }, /* ulcorner */
	{ 6944, 1711, 6, 3 }, /* ulcrop */
	{ 7989, 1966, 5, 3 }, /* ultri */
	{ 8664, 3800, 5, 2 }, /* umacr */
	{ 9350, 3940, 3, 2 }, /* uml */
	{ 7744, 3784, 5, 2 }, /* uogon */
	{ 9873, 517, 4, 4 }, /* uopf */
	{ 3434, 1351, 7, 3 }, /* uparrow */
	{ 2943, 1582, 11, 3 }, /* updownarrow */
	{ 2702, 3127, 13, 3 }, /* upharpoonleft */
	{ 2139, 3121, 14, 3 }, /* upharpoonright */
	{ 4213, 2692, 5, 3 }, /* uplus */
	{ 4865, 3412, 4, 2 }, /* upsi */
	{ 9074, 3426, 5, 2 }, /* upsih */
	{ 4865, 3412, 7, 2 }, /* upsilon */
	{ 3432, 2095, 10, 3 }, /* upuparrows */
	{ 4314, 2809, 6, 3 }, /* urcorn */
	{ 4314, 2809, 8, 3 }, /* urcorner */
	{ 5528, 1735, 6, 3 }, /* urcrop */
	{ 8019, 3998, 5, 2 }, /* uring */
	{ 7809, 1867, 5, 3 }, /* urtri */
	{ 10233, 545, 4, 4 }, /* uscr */
	{ 9164, 2431, 5, 3 }, /* utdot */
	{ 6122, 3528, 6, 2 }, /* utilde */
	{ 7835, 2617, 4, 3 }, /* utri */
	{ 8229, 1375, 5, 3 }, /* utrif */
	{ 7999, 2095, 5, 3 }, /* uuarr */
	{ 9689, 4014, 4, 2 }, /* uuml */
	{ 5299, 1918, 7, 3 }, /* uwangle */
	{ 10021, 2371, 4, 3 }, /* vArr */
	{ 8919, 1741, 4, 3 }, /* vBar */
	{ 8919, 3334, 5, 3 }, /* vBarv */
	{ 7293, 1618, 5, 3 }, /* vDash */
	{ 7166, 2791, 6, 3 }, /* vangrt */
	{ 3472, 3678, 10, 2 }, /* varepsilon */
	{ 4042, 4118, 8, 2 }, /* varkappa */
	{ 3282, 2464, 10, 3 }, /* varnothing */
	{ 5786, 3992, 6, 2 }, /* varphi */
	{ 7979, 3538, 5, 2 }, /* varpi */
	{ 3890, 2356, 9, 3 }, /* varpropto */
	{ 5630, 1582, 4, 3 }, /* varr */
	{ 5630, 3966, 6, 2 }, /* varrho */
	{ 4474, 3864, 8, 2 }, /* varsigma */
	{ 2533, 18, 12, 6 }, /* varsubsetneq */
	{ 2533, 36, 13, 6 }, /* varsubsetneqq */
	{ 2598, 84, 12, 6 }, /* varsupsetneq */
	{ 2598, 132, 13, 6 }, /* varsupsetneqq */
	{ 4106, 3474, 8, 2 }, /* vartheta */
	{ 1625, 3373, 15, 3 }, /* vartriangleleft */
	{ 1194, 1540, 16, 3 }, /* vartriangleright */
	{ 10500, 3484, 3, 2 }, /* vcy */
	{ 6015, 1504, 5, 3 }, /* vdash */
	{ 4567, 1705, 3, 3 }, /* vee */
	{ 6476, 2107, 6, 3 }, /* veebar */
	{ 7934, 2197, 5, 3 }, /* veeeq */
	{ 7034, 3106, 6, 3 }, /* vellip */
	{ 5726, 4188, 6, 1 }, /* verbar */
	{ 3702, 4188, 4, 1 }, /* vert */
	{ 10455, 681, 3, 4 }, /* vfr */
	{ 5202, 3373, 5, 3 }, /* vltri */
	{ 8419, 138, 5, 6 }, /* vnsub */
	{ 8009, 150, 5, 6 }, /* vnsup */
	{ 9557, 821, 4, 4 }, /* vopf */
	{ 7899, 2356, 5, 3 }, /* vprop */
	{ 5083, 1540, 5, 3 }, /* vrtri */
	{ 9953, 673, 4, 4 }, /* vscr */
	{ 7424, 36, 6, 6 }, /* vsubnE */
	{ 7328, 18, 6, 6 }, /* vsubne */
	{ 6458, 132, 6, 6 }, /* vsupnE */
	{ 6980, 84, 6, 6 }, /* vsupne */
	{ 5208, 2743, 7, 3 }, /* vzigzag */
	{ 1465, 4032, 5, 2 }, /* wcirc */
	{ 7700, 1318, 6, 3 }, /* wedbar */
	{ 2260, 2908, 5, 3 }, /* wedge */
	{ 7238, 1378, 6, 3 }, /* wedgeq */
	{ 6884, 2869, 6, 3 }, /* weierp */
	{ 10371, 729, 3, 4 }, /* wfr */
	{ 9833, 609, 4, 4 }, /* wopf */
	{ 3184, 2869, 2, 3 }, /* wp */
	{ 1476, 988, 2, 3 }, /* wr */
	{ 5822, 988, 6, 3 }, /* wreath */
	{ 9369, 689, 4, 4 }, /* wscr */
	{ 9605, 1690, 4, 3 }, /* xcap */
	{ 3250, 2083, 5, 3 }, /* xcirc */
	{ 10093, 1129, 4, 3 }, /* xcup */
	{ 7854, 3340, 5, 3 }, /* xdtri */
	{ 10503, 521, 3, 4 }, /* xfr */
	{ 7769, 3037, 5, 3 }, /* xhArr */
	{ 8364, 2176, 5, 3 }, /* xharr */
	{ 3948, 3494, 2, 2 }, /* xi */
	{ 8429, 1195, 5, 3 }, /* xlArr */
	{ 8924, 3067, 5, 3 }, /* xlarr */
	{ 3591, 2080, 4, 3 }, /* xmap */
	{ 9749, 2878, 4, 3 }, /* xnis */
	{ 8154, 1360, 5, 3 }, /* xodot */
	{ 9865, 845, 4, 4 }, /* xopf */
	{ 6764, 3268, 6, 3 }, /* xoplus */
	{ 6776, 1861, 6, 3 }, /* xotime */
	{ 8604, 1783, 5, 3 }, /* xrArr */
	{ 8934, 1747, 5, 3 }, /* xrarr */
	{ 9553, 653, 4, 4 }, /* xscr */
	{ 7256, 1159, 6, 3 }, /* xsqcup */
	{ 6782, 2575, 6, 3 }, /* xuplus */
	{ 7834, 2980, 5, 3 }, /* xutri */
	{ 9785, 1945, 4, 3 }, /* xvee */
	{ 6932, 2512, 6, 3 }, /* xwedge */
	{ 5882, 3498, 6, 2 }, /* yacute */
	{ 9805, 4090, 4, 2 }, /* yacy */
	{ 8199, 4126, 5, 2 }, /* ycirc */
	{ 10245, 3986, 3, 2 }, /* ycy */
	{ 10512, 3982, 3, 2 }, /* yen */
	{ 10413, 541, 3, 4 }, /* yfr */
	{ 10053, 3938, 4, 2 }, /* yicy */
	{ 9661, 857, 4, 4 }, /* yopf */
	{ 9569, 529, 4, 4 }, /* yscr */
	{ 9293, 3630, 4, 2 }, /* yucy */
	{ 9765, 3672, 4, 2 }, /* yuml */
	{ 5978, 4056, 6, 2 }, /* zacute */
	{ 7370, 4066, 6, 2 }, /* zcaron */
	{ 9918, 3778, 3, 2 }, /* zcy */
	{ 9901, 4034, 4, 2 }, /* zdot */
	{ 7052, 1189, 6, 3 }, /* zeetrf */
	{ 9521, 4048, 4, 2 }, /* zeta */
	{ 10581, 409, 3, 4 }, /* zfr */
	{ 9773, 3904, 4, 2 }, /* zhcy */
	{ 4003, 3370, 7, 3 }, /* zigrarr */
	{ 9789, 581, 4, 4 }, /* zopf */
	{ 9489, 565, 4, 4 }, /* zscr */
	{ 10386, 1756, 3, 3 }, /* zwj */
	{ 9817, 1924, 4, 3 }, /* zwnj */
};
static const struct entity entity_bare[106] = {
	{ 9104, 4110, 5, 2 }, /* AElig */
	{ 10452, 4190, 3, 1 }, /* AMP */
	{ 6722, 3422, 6, 2 }, /* Aacute */
	{ 8779, 3456, 5, 2 }, /* Acirc */
	{ 7262, 4080, 6, 2 }, /* Agrave */
	{ 8174, 3976, 5, 2 }, /* Aring */
	{ 6794, 3718, 6, 2 }, /* Atilde */
	{ 9829, 3558, 4, 2 }, /* Auml */
	{ 9393, 3968, 4, 2 }, /* COPY */
	{ 6542, 3416, 6, 2 }, /* Ccedil */
	{ 10401, 4020, 3, 2 }, /* ETH */
	{ 7280, 3516, 6, 2 }, /* Eacute */
	{ 8214, 3684, 5, 2 }, /* Ecirc */
	{ 7544, 3470, 6, 2 }, /* Egrave */
	{ 9349, 3616, 4, 2 }, /* Euml */
	{ 10584, 341, 2, 1 }, /* GT */
	{ 7226, 4092, 6, 2 }, /* Iacute */
	{ 9234, 4114, 5, 2 }, /* Icirc */
	{ 6284, 4022, 6, 2 }, /* Igrave */
	{ 10161, 3428, 4, 2 }, /* Iuml */
	{ 8588, 437, 2, 1 }, /* LT */
	{ 7268, 3962, 6, 2 }, /* Ntilde */
	{ 6872, 3588, 6, 2 }, /* Oacute */
	{ 8959, 4012, 5, 2 }, /* Ocirc */
	{ 6674, 3692, 6, 2 }, /* Ograve */
	{ 6068, 3534, 6, 2 }, /* Oslash */
	{ 6248, 3698, 6, 2 }, /* Otilde */
	{ 9473, 3780, 4, 2 }, /* Ouml */
	{ 9713, 4177, 4, 1 }, /* QUOT */
	{ 10560, 3580, 3, 2 }, /* REG */
	{ 9154, 4024, 5, 2 }, /* THORN */
	{ 6734, 3822, 6, 2 }, /* Uacute */
	{ 7724, 3610, 5, 2 }, /* Ucirc */
	{ 7016, 4156, 6, 2 }, /* Ugrave */
	{ 9453, 3798, 4, 2 }, /* Uuml */
	{ 7502, 4100, 6, 2 }, /* Yacute */
	{ 6158, 3670, 6, 2 }, /* aacute */
	{ 8744, 3802, 5, 2 }, /* acirc */
	{ 5589, 4132, 5, 2 }, /* acute */
	{ 8484, 3448, 5, 2 }, /* aelig */
	{ 7208, 3926, 6, 2 }, /* agrave */
	{ 10554, 4190, 3, 1 }, /* amp */
	{ 9169, 3850, 5, 2 }, /* aring */
	{ 7244, 4076, 6, 2 }, /* atilde */
	{ 9961, 3492, 4, 2 }, /* auml */
	{ 6062, 3642, 6, 2 }, /* brvbar */
	{ 6836, 4068, 6, 2 }, /* ccedil */
	{ 5925, 3768, 5, 2 }, /* cedil */
	{ 3620, 3544, 4, 2 }, /* cent */
	{ 6974, 3968, 4, 2 }, /* copy */
	{ 7040, 3496, 6, 2 }, /* curren */
	{ 5694, 3882, 3, 2 }, /* deg */
	{ 2429, 3852, 6, 2 }, /* divide */
	{ 6050, 3826, 6, 2 }, /* eacute */
	{ 8224, 4130, 5, 2 }, /* ecirc */
	{ 7130, 3590, 6, 2 }, /* egrave */
	{ 4257, 3660, 3, 2 }, /* eth */
	{ 9889, 3886, 4, 2 }, /* euml */
	{ 6860, 3584, 6, 2 }, /* frac12 */
	{ 6290, 4082, 6, 2 }, /* frac14 */
	{ 5942, 4028, 6, 2 }, /* frac34 */
	{ 1972, 341, 2, 1 }, /* gt */
	{ 5780, 3978, 6, 2 }, /* iacute */
	{ 8309, 3980, 5, 2 }, /* icirc */
	{ 7729, 3756, 5, 2 }, /* iexcl */
	{ 7580, 4128, 6, 2 }, /* igrave */
	{ 7136, 3570, 6, 2 }, /* iquest */
	{ 9825, 3890, 4, 2 }, /* iuml */
	{ 8014, 3614, 5, 2 }, /* laquo */
	{ 4030, 437, 2, 1 }, /* lt */
	{ 7960, 4146, 4, 2 }, /* macr */
	{ 4796, 3786, 5, 2 }, /* micro */
	{ 6266, 3554, 6, 2 }, /* middot */
	{ 9317, 4098, 4, 2 }, /* nbsp */
	{ 3285, 4000, 3, 2 }, /* not */
	{ 5888, 3996, 6, 2 }, /* ntilde */
	{ 6878, 3994, 6, 2 }, /* oacute */
	{ 8474, 3872, 5, 2 }, /* ocirc */
	{ 7484, 4002, 6, 2 }, /* ograve */
	{ 9721, 3548, 4, 2 }, /* ordf */
	{ 9457, 4160, 4, 2 }, /* ordm */
	{ 6182, 3840, 6, 2 }, /* oslash */
	{ 5690, 3900, 6, 2 }, /* otilde */
	{ 10169, 3632, 4, 2 }, /* ouml */
	{ 1102, 3602, 4, 2 }, /* para */
	{ 5678, 3444, 6, 2 }, /* plusmn */
	{ 9109, 3854, 5, 2 }, /* pound */
	{ 9677, 4177, 4, 1 }, /* quot */
	{ 8094, 3880, 5, 2 }, /* raquo */
	{ 10476, 3580, 3, 2 }, /* reg */
	{ 776, 3490, 4, 2 }, /* sect */
	{ 10425, 3638, 3, 2 }, /* shy */
	{ 10125, 3644, 4, 2 }, /* sup1 */
	{ 9629, 3608, 4, 2 }, /* sup2 */
	{ 10205, 3862, 4, 2 }, /* sup3 */
	{ 7779, 3990, 5, 2 }, /* szlig */
	{ 8139, 4122, 5, 2 }, /* thorn */
	{ 1755, 3796, 5, 2 }, /* times */
	{ 6368, 4026, 6, 2 }, /* uacute */
	{ 8634, 3770, 5, 2 }, /* ucirc */
	{ 7526, 3908, 6, 2 }, /* ugrave */
	{ 9350, 3940, 3, 2 }, /* uml */
	{ 9689, 4014, 4, 2 }, /* uuml */
	{ 5882, 3498, 6, 2 }, /* yacute */
	{ 10512, 3982, 3, 2 }, /* yen */
	{ 9765, 3672, 4, 2 }, /* yuml */
};
