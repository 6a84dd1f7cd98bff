"""Everyday words: what people write around what they mean, and what they write when they mean something else."""

from __future__ import annotations

NEGATIONS = """
no not nothing none never cant cannot couldnt wont doesnt didnt isnt arent dont hasnt havent without nobody zero
missing fails failing fail failed failure failures lost stopped
"""
"""Something that should be is not. Said of nearly every trouble, so it says little, but it is no chatter."""

CHATTER = """
a about after again all also am an and any anybody anyone anything are around as at back be because been before being
both but by can could did do does doing done during each either em else even ever every everybody everyone everything
few firing for from get gets getting give go goes going good got had has have having he hello help hence her here hey
hi him his how i if im in into is it its itself ive just keep keeps kind know last let lets like look looks looking
lot lots made make makes many may maybe me might mine more most much must my myself need needs new next now of ok okay
on once one only onto or other others our ours out over own please pls plz pretty put quite rather really right said
same say says see seem seems seen she should since so some somebody somehow someone something still stuff such sure
take takes tell than thank thanks that the their them then there these they thing things think this those though thru
till to today together tonight too try trying two under until up upon us use used uses using usage very via want wants
was way we well went were what whats when where which while who whole whom whos whose why will with within would wtf
ya yes yet you your yours damn hell fuck fucking shit crap bloody guys folks mate man ffs omg lol hmm uh um argh asap
urgent urgently morning night minute minutes min hour hours hr day days week weeks second seconds sec time times com
www http https org io dev example error errors err warn warning info debug fatal critical crit level msg message
problem problems issue issues trouble wrong bad happening happens happened happen suddenly completly completely
totally kinda sort bit little big large super ages couple bunch first etc eg ie vs per huge massive massively awful
awfully terrible terribly horrible horribly crazy extremely slightly somewhat constantly currently already anymore
actually basically apparently obviously probably definitely literally absolutely entire entirely fully partly mostly
usually normally normal always often sometimes occasionally repeatedly continuously become becomes becoming became
turn turns turned appear appears appeared show shows showing shown telling told notice noticed seeing weirdly oddly
funny nice great midnight noon evening afternoon overnight lunch breakfast monday tuesday wednesday thursday friday
saturday sunday january february march april june july august september october november december quickly recently
lately earlier later soon meanwhile thus therefore however perhaps whatever towards among across along half quarter
dozen several plenty hundred thousand million everywhere somewhere anywhere nowhere anyway besides instead although
despite unless whether
"""
"""What everybody says and what says nothing."""

PLAIN = """
above accept accident accidentally act active add affect ago ahead allow almost alone alright amount announce answer
arrive ate average avg began begin best better between blow bring brought button buy call came care careful carry case
catch caught cause change check choose claim clean clear click code commit complain confirm confused consume correct
count cover create crept cut decide decrease deep developer device different direct disappear discover doubled eat
edit effect empty end event exact excessive expect explode explosion extra face fall far fast faster feel fell felt
figure file final find finish fix flushed follow forget forgot forgotten former forth forward found free fresh full
further gave given grew group grown guess hard hear heard heavy high higher highest idea ignore immediate impact
impossible include increase inside instant jump kill knew knock known larger lead left length lesson lie life list
location longer low lower lowest main maintain manually matter mean measure median meet mention middle mind minimal
mode moment moved multiple near number occur offer open original outside pain pass past peak percent perfect period
person phone pick plain play point poor possible press previous proper pull push question raise ran rang rare ratio
react read ready reason recommend reduce regular relation remain remember remote remove repeat replace reply report
represent request rest result ring rise risen roll rose rule run safe sat save scared search serious setup severe
shift shot shut side simple simply single sit situation size small smart sooner sorry sound source special speed spend
spent split stand stay step straight strong success suffer suggest support suppose surprise suspect taken talk task
ten term test three through throw thrown tight tired top touch track trend tried tripled trust truth twice type
typical ugly unchanged understand update useful user value various vary verify view visible wait wake walk watch wide
wild win wish wonder word work world worry worse worst worth write written wrote year young
"""
"""Words that lead to a playbook which is about them, and speak against no other: `rise`, `twice`."""

ELSEWHERE = """
accountant accounting advertisement airplane apartment appointment badge beer bike birthday blog bonus boss cab cafe
cafeteria camera canteen carpet ceiling chair charger cinema colleague concert confluence cook coupon courier curtain
dentist diet dinner discount doctor docusign doorbell earphone elevator employee employment excel expense facebook fax
flight flower font football fridge furniture game garage german gift gitlab glasses guest guitar gym hair headphone
headset heating holiday homepage hotel housekeeping ikea ink insurance intern internship interview invitation invoice
ipad iphone janitor juice kids kindle kitchen kyc lawyer lightbulb linkedin lobby locker macbook mailbox marketing
math matlab meal medical microphone microwave mifid milk mortgage mouse movie music netflix newspaper notary nurse
onboarding outlook overtime parcel parking party passport payroll payslip pen pencil pet phonebook photo photoshop
pizza plant poem poster powerpoint presentation president procurement projector purchase receipt recipe recruiter
recruiting refund relocation rent resignation restaurant retirement salary salesforce sandwich sap school screenshot
seat sharepoint shirt shoes sick signoff ski smoke soccer song spotify spreadsheet stapler stationery student subway
suit tax taxi teacher toilet tour tournament town travel tv umbrella uniform vacation vaccine vesting video visa
visitor wallpaper weather webcam wedding weekend wifi wordpress workday workshop youtube zoom
"""
"""What offices, homes and other departments are about: said of none of these systems, unless a pack says it."""

SYMBOLS = {
    "crypto": """
ada atom avax btc btcusd btcusdt doge dot eth ethusd ethusdt ltc matic shib sol solusdt trx usdc usdt xrp xrpusd
xrpusdt
""",
    "forex": """
aud audusd cad chf eur eurchf eurgbp eurjpy eurusd gbp gbpjpy gbpusd jpy nzd nzdusd usd usdcad usdchf usdjpy xagusd
xauusd
""",
    "share": """
aapl amd amzn bac dis goog googl iwm jpm meta msft nflx nvda pltr qqq spy tsla
""",
}
"""What is traded, by its kind: which one it is says nothing of what is wrong, and its kind tells systems apart."""
